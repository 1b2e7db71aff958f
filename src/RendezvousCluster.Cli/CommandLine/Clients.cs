using RendezvousCluster.Client;
using RendezvousCluster.Libp2p.Hosting;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>Makes clients of what the user gave.</summary>
internal static class Clients
{
    /// <exception cref="UsageException">The options cannot be used.</exception>
    public static RendezvousClient Create(Libp2pHost host, RendezvousClientOptions options, TimeProvider? time = null)
    {
        IReadOnlyList<string> failures = options.Validate();
        return failures.Count == 0 ? new RendezvousClient(host, options, time) : throw new UsageException(string.Join(' ', failures));
    }
}
