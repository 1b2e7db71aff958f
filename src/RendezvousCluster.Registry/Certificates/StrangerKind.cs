namespace RendezvousCluster.Registry.Certificates;

/// <summary>Why a connection at the port between nodes came to nothing.</summary>
internal enum StrangerKind
{
    /// <summary>It closed before it had proved anything, as port scanners do, and nodes that look whether another one has ended.</summary>
    HungUp,

    /// <summary>It proved nothing within the time for it.</summary>
    Silent,

    /// <summary>It gave way to others when too many had proved nothing.</summary>
    Crowded,

    /// <summary>What it sent is not TLS.</summary>
    NoTls,

    /// <summary>It began TLS and broke off, or did it wrong; or it did not take this node's certificate.</summary>
    BrokenHandshake,

    /// <summary>It showed no certificate.</summary>
    NoCertificate,

    /// <summary>Its certificate is of an authority that this node does not know.</summary>
    OtherAuthority,

    /// <summary>Its certificate is of the right authority and not valid now.</summary>
    OutOfDate,

    /// <summary>What it sent is not what a node begins with.</summary>
    NoNode,
}
