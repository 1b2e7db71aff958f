namespace RendezvousCluster.Chaos;

/// <summary>Runs seeds from the command line; the same assembly is a test suite.</summary>
internal static class Program
{
    private static Task<int> Main(string[] arguments) => new ChaosCommand(Console.Out).RunAsync(arguments);
}
