namespace RendezvousCluster.Registry.Membership;

/// <summary>What comes back when the port of another node is dialled.</summary>
internal enum PortAnswer
{
    /// <summary>Nothing in time, or that there is no way to it: the network or the machine is away, and the node may be alive.</summary>
    Silence,

    /// <summary>The machine says that no process listens there.</summary>
    Refusal,

    /// <summary>A process listens there.</summary>
    Acceptance,
}
