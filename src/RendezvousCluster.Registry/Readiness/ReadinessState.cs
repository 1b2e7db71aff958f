namespace RendezvousCluster.Registry.Readiness;

/// <summary>Why a node is not ready, or what to know of it, a word for each cause.</summary>
internal enum ReadinessState
{
    /// <summary>It has not come so far yet.</summary>
    Starting,

    /// <summary>The host is stopping the node.</summary>
    Stopping,

    /// <summary>An operator has taken it out of service.</summary>
    Draining,

    /// <summary>It has lost its place in the cluster, or did not get one; the process ends.</summary>
    Lost,

    /// <summary>The database does not answer.</summary>
    StoreSilent,

    /// <summary>The database answers and takes no writes.</summary>
    StoreRefusesWrites,

    /// <summary>No seed has taken it in yet.</summary>
    NotJoined,

    /// <summary>It leaves the cluster.</summary>
    Leaving,

    /// <summary>The others have put it out.</summary>
    Downed,

    /// <summary>Nobody in the cluster owns namespaces.</summary>
    NoOwners,

    /// <summary>Another cluster, with more nodes than this one, lives on the same database.</summary>
    AnotherCluster,

    /// <summary>A namespace does not answer, or answers that it cannot serve.</summary>
    NamespaceSilent,

    /// <summary>Too many shards do not answer.</summary>
    ShardsSilent,

    /// <summary>Peers' requests fail, all of them.</summary>
    RequestsFail,

    /// <summary>It has joined, and nothing was heard of its namespaces yet.</summary>
    WarmingUp,

    /// <summary>The database answers and takes writes, and those of namespaces fail, all of them.</summary>
    WritesFail,

    /// <summary>The owner of a namespace goes by another time, and takes requests for late.</summary>
    TimesApart,

    /// <summary>It is ready; a few shards do not answer.</summary>
    FewShardsSilent,

    /// <summary>It is ready; another instance of the database answers than before.</summary>
    StoreChanged,

    /// <summary>It is ready; the wall clocks of two nodes differ.</summary>
    ClocksApart,

    /// <summary>It is ready, and takes no more new registrations.</summary>
    Full,
}
