using RendezvousCluster.Chaos.Cluster;

namespace RendezvousCluster.Chaos;

/// <summary>Runs seeds from the command line; the same assembly is a test suite.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) =>
        arguments is [ClockReader.Argument]
            ? ClockReader.RunAsync(Console.In, Console.Out)
            : new ChaosCommand(Console.Out).RunAsync(arguments);
}
