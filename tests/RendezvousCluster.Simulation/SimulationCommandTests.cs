namespace RendezvousCluster.Simulation;

public sealed class SimulationCommandTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void The_command_runs_seeds_and_says_what_happened()
    {
        Assert.Equal(0, new SimulationCommand(_output).Run(["--seeds", "2", "--from", "5"]));

        Assert.Contains("2 runs", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("0 of 2 seeds failed", _output.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_prints_all_that_happens_in_a_seed()
    {
        Assert.Equal(0, new SimulationCommand(_output).Run(["--trace", "5"]));

        Assert.Contains("REGISTER peer", _output.ToString(), StringComparison.Ordinal);
        Assert.Contains("all promises were kept", _output.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--seed", "1")]
    [InlineData("--seeds")]
    [InlineData("--seeds", "many")]
    public void The_command_refuses_unknown_options(params string[] arguments)
    {
        Assert.Equal(2, new SimulationCommand(_output).Run(arguments));

        Assert.Contains("Usage", _output.ToString(), StringComparison.Ordinal);
    }
}
