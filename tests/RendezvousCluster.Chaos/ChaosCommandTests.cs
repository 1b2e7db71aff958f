using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Runs;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Chaos;

public sealed class ChaosCommandTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Theory]
    [InlineData("--seed")]
    [InlineData("--seed", "many")]
    [InlineData("--faults", "kill,earthquake")]
    [InlineData("--detection", "nervous")]
    [InlineData("--probes", "some")]
    [InlineData("--sead", "1")]
    public async Task The_command_refuses_unknown_options(params string[] arguments)
    {
        Assert.Equal(2, await new ChaosCommand(_output).RunAsync(arguments));

        Assert.Contains("Usage", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("db-stall", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_seed_that_does_not_come_to_its_end_fails_and_the_next_one_is_run()
    {
        Task<ChaosResult> RunAsync(ChaosSettings settings) => settings.Seed == 5
            ? Task.FromException<ChaosResult>(new TimeoutException("The nodes are not ready."))
            : Task.FromResult(new ChaosResult(new HistoryBuilder().Register(1, at: 0).Build() with { Seed = settings.Seed }, [], [], []));

        Assert.Equal(1, await new ChaosCommand(_output, RunAsync).RunAsync(["--seed", "5", "--seeds", "2", "--faults", "kill"]));

        Assert.Contains("seed 5: DID NOT COME TO ITS END: The nodes are not ready.", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("seed 6: all promises were kept", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nodes_are_either_apart_or_cut_off()
    {
        Assert.Equal(2, await new ChaosCommand(_output).RunAsync(["--apart", "50", "--faults", "kill,split"]));

        Assert.Contains("no way can be cut", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_command_judges_a_history_again()
    {
        using var folder = new TemporaryFolder();
        RunHistory history = new HistoryBuilder().Register(1, at: 0).Fault(FaultKind.Kill, 50, 60).Discover(100).Build();
        await HistoryFile.SaveAsync(history, folder.File("history.json"));

        Assert.Equal(1, await new ChaosCommand(_output).RunAsync(["--check", folder.File("history.json")]));

        Assert.Contains("1 promises were broken", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("AcknowledgedIsFound: ns0, DISCOVER", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("faults: Kill 1", _output.ToString(), StringComparison.Ordinal);
    }
}
