namespace RendezvousCluster.Chaos.Load;

/// <summary>What a client can do.</summary>
internal enum LoadStep
{
    /// <summary>REGISTER of the record that it registered last.</summary>
    Refresh,

    /// <summary>REGISTER of a new record.</summary>
    Renew,

    Unregister,

    /// <summary>DISCOVER from the beginning.</summary>
    Discover,

    /// <summary>DISCOVER from its last cookie on.</summary>
    Follow,
}
