using RendezvousCluster.Server.CommandLine;
using RendezvousCluster.Server.Options;

// Before anything else is loaded: with too few descriptors the loading itself fails, with a stack trace that says nothing.
if (!args.Contains("--help") && args is not ["health" or "config", ..] && DescriptorBudget.OfThisProcess().Refusal is { } reason)
{
    await Console.Error.WriteLineAsync($"rendezvous-server: {reason}");
    return 1;
}

return await ServerCommand.RunAsync(args);
