namespace RendezvousCluster.Simulation.Plans;

/// <summary>What a client does.</summary>
internal enum OperationKind
{
    /// <summary>REGISTER, be it new, a refresh or another record.</summary>
    Register,

    /// <summary>UNREGISTER.</summary>
    Unregister,

    /// <summary>DISCOVER from the beginning, page by page to the end.</summary>
    Discover,

    /// <summary>DISCOVER from where the same follower stopped the last time, page by page to the end.</summary>
    Follow,

    /// <summary>A namespace without registrations announces itself to the directory.</summary>
    Announce,

    /// <summary>The list of a part of the directory, page by page to the end.</summary>
    List,
}
