namespace RendezvousCluster.Core.Quotas;

/// <summary>Whether a REGISTER may make a registration that is not there yet. What is there may be refreshed or replaced, always.</summary>
internal enum Admission
{
    /// <summary>It may.</summary>
    Open = 0,

    /// <summary>It may not: the peer has as many registrations as it may have.</summary>
    QuotaReached = 1,

    /// <summary>It may not: the point has as many registrations as it can hold.</summary>
    PointFull = 2,
}
