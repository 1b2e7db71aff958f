namespace RendezvousCluster.Simulation;

/// <summary>Runs seeds from the command line; the same assembly is a test suite.</summary>
internal static class Program
{
    private static int Main(string[] arguments) => new SimulationCommand(Console.Out).Run(arguments);
}
