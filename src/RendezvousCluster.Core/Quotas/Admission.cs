namespace RendezvousCluster.Core.Quotas;

/// <summary>Whether a REGISTER may make a registration that is not there yet. It may always refresh or replace one that is.</summary>
internal enum Admission
{
    /// <summary>It may.</summary>
    Open = 0,

    /// <summary>It may not: the peer has as many registrations as it may have.</summary>
    QuotaReached = 1,

    /// <summary>It may not: the point has as many registrations as it can hold.</summary>
    PointFull = 2,
}
