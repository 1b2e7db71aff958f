namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>What the journal does wrong.</summary>
internal enum JournalFaultKind
{
    /// <summary>A write is refused, and everybody knows that it is not there.</summary>
    Refused,

    /// <summary>A write is reported as failed, and is not there.</summary>
    Lost,

    /// <summary>A write is reported as failed, and is there.</summary>
    Unheard,

    /// <summary>A write takes long, but comes before its writer gives up.</summary>
    Slow,

    /// <summary>A write comes after its writer has given up, when the next owner may have recovered.</summary>
    Late,

    /// <summary>
    /// A write is sent again after it succeeded, as by a connection that broke, and it is the second one that is reported.
    /// </summary>
    Twice,

    /// <summary>The number of the last row is read, and then nothing more for long: what recovers may recover the past.</summary>
    SlowRecovery,

    /// <summary>The journal cannot be read.</summary>
    FailedRecovery,

    /// <summary>A row is read twice, though the plugin's contract says that it is not.</summary>
    RowTwice,
}
