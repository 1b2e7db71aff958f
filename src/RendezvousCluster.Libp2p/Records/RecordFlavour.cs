namespace RendezvousCluster.Libp2p.Records;

/// <summary>The two deployed flavours of a signed peer record; a peer may be able to read only one of them.</summary>
public enum RecordFlavour
{
    /// <summary>Domain <c>libp2p-peer-record</c>, payload type <c>03 01</c>: Go, JavaScript, nim, .NET.</summary>
    Standard = 0,

    /// <summary>Domain <c>libp2p-routing-state</c>, payload type <c>/libp2p/routing-state-record</c>: RFC 0003's text, and rust.</summary>
    RoutingState = 1,
}
