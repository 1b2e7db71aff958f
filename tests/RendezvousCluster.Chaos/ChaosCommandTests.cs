using RendezvousCluster.Chaos.Checking;
using RendezvousCluster.Chaos.History;
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
    public async Task It_refuses_what_it_does_not_understand(params string[] arguments)
    {
        Assert.Equal(2, await new ChaosCommand(_output).RunAsync(arguments));

        Assert.Contains("Usage", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("db-stall", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_judges_a_history_again()
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
