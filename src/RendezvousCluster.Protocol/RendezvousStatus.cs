namespace RendezvousCluster.Protocol;

/// <summary><c>ResponseStatus</c> of the rendezvous spec (r3), with its wire numbers.</summary>
public enum RendezvousStatus
{
    /// <summary>OK.</summary>
    Ok = 0,

    /// <summary>E_INVALID_NAMESPACE.</summary>
    InvalidNamespace = 100,

    /// <summary>E_INVALID_SIGNED_PEER_RECORD.</summary>
    InvalidSignedPeerRecord = 101,

    /// <summary>E_INVALID_TTL.</summary>
    InvalidTtl = 102,

    /// <summary>E_INVALID_COOKIE.</summary>
    InvalidCookie = 103,

    /// <summary>E_NOT_AUTHORIZED: somebody else's record, a quota, or a request that this point does not allow.</summary>
    NotAuthorized = 200,

    /// <summary>E_INTERNAL_ERROR.</summary>
    InternalError = 300,

    /// <summary>E_UNAVAILABLE: overload, a deadline, or the database down. The outcome of a REGISTER is then unknown.</summary>
    Unavailable = 400,
}
