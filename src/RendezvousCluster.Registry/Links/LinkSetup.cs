using Akka.Actor.Setup;
using RendezvousCluster.Registry.Certificates;

namespace RendezvousCluster.Registry.Links;

/// <summary>What the transport of an actor system is given beside its configuration.</summary>
/// <param name="credentials">By which nodes know one another; null where the configuration says that there is no TLS.</param>
/// <param name="strangers">Counts and logs the connections that were turned away.</param>
/// <param name="time">For the limits on time.</param>
internal sealed class LinkSetup(ClusterCredentials? credentials, Strangers strangers, TimeProvider time) : Setup
{
    /// <summary>By which nodes know one another; null where there is no TLS.</summary>
    public ClusterCredentials? Credentials => credentials;

    /// <summary>Counts and logs the connections that were turned away.</summary>
    public Strangers Strangers => strangers;

    /// <summary>For the limits on time.</summary>
    public TimeProvider Time => time;

    /// <summary>The bounds.</summary>
    public LinkLimits Limits { get; init; } = LinkLimits.Default;
}
