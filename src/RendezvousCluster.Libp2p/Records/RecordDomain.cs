namespace RendezvousCluster.Libp2p.Records;

/// <summary>
/// The domain and payload type of a flavour. They belong together: a signature made under one domain is not valid with the other's payload
/// type. RFC 0003 says routing-state; Go, JavaScript and most others deployed the standard flavour.
/// </summary>
internal static class RecordDomain
{
    private static readonly byte[] StandardPayloadType = [0x03, 0x01];

    public static ReadOnlySpan<byte> Domain(RecordFlavour flavour) =>
        flavour == RecordFlavour.Standard ? "libp2p-peer-record"u8 : "libp2p-routing-state"u8;

    public static ReadOnlySpan<byte> PayloadType(RecordFlavour flavour) =>
        flavour == RecordFlavour.Standard ? StandardPayloadType : "/libp2p/routing-state-record"u8;

    public static bool TryRecognise(ReadOnlySpan<byte> payloadType, out RecordFlavour flavour)
    {
        flavour = payloadType.SequenceEqual(StandardPayloadType) ? RecordFlavour.Standard : RecordFlavour.RoutingState;
        return payloadType.SequenceEqual(PayloadType(flavour));
    }
}
