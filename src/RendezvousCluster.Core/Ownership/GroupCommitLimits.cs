namespace RendezvousCluster.Core.Ownership;

/// <summary>How much waits for a write, and how much goes into one.</summary>
internal static class GroupCommitLimits
{
    /// <summary>Sixteen full batches, which take well under the second that a front end waits; more would only answer too late.</summary>
    internal const int MaxQueued = 4096;

    /// <summary>Beyond about 250 rows in a transaction the rate gains nothing and the latency grows.</summary>
    internal const int MaxBatch = 256;

    /// <summary>Reads that wait for the fence, a few milliseconds; for those beyond the limit the caller is asked to come back.</summary>
    internal const int MaxWaitingReads = 4096;
}
