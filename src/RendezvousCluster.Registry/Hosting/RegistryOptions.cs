using Akka.Configuration;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>Where the registry keeps its data and how it uses memory.</summary>
public sealed class RegistryOptions
{
    /// <summary>
    /// The directory of the journal; it is created when missing. One server at a time uses it. Not used with <see cref="EnableMemoryDatabase"/>.
    /// </summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// Keeps everything in memory: nothing is written to disk, and a restart forgets all registrations. For trying out and for tests.
    /// </summary>
    public bool EnableMemoryDatabase { get; set; }

    /// <summary>
    /// A namespace that got no request for this long leaves memory and is read back from the journal by the next one. Default: 10 minutes; at least
    /// a second.
    /// </summary>
    public TimeSpan NamespaceIdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Settings of the actor system that go before the registry's own; tests put another journal there.</summary>
    internal Config? Overrides { get; set; }
}
