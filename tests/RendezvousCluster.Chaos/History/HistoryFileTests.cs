using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Testing.Processes;
using static RendezvousCluster.Chaos.Checking.HistoryBuilder;

namespace RendezvousCluster.Chaos.History;

public sealed class HistoryFileTests
{
    [Fact]
    public async Task A_history_that_was_saved_is_judged_as_before()
    {
        using var folder = new TemporaryFolder();
        RunHistory history = new HistoryBuilder().Register(1, at: 0).Fault(FaultKind.Pause, 10, 20, node: 1, staleUntil: 30).Discover(100)
            .Follow(200, Peer(1, 59)).Build();

        await HistoryFile.SaveAsync(history, folder.File("history.json"));
        RunHistory loaded = await HistoryFile.LoadAsync(folder.File("history.json"));

        Assert.Equal(history.Writes, loaded.Writes);
        Assert.Equal(history.Faults, loaded.Faults);
        Violation violation = Assert.Single(HistoryChecker.Check(history));
        Assert.Equal([violation], HistoryChecker.Check(loaded));
    }
}
