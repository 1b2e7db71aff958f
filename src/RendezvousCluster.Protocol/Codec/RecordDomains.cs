using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Protocol.Codec;

/// <summary>
/// The domains of signed records, by which a DISCOVER declares what its sender reads. One that is not known here says nothing.
/// </summary>
internal static class RecordDomains
{
    private static ReadOnlySpan<byte> Standard => "libp2p-peer-record"u8;

    private static ReadOnlySpan<byte> RoutingState => "libp2p-routing-state"u8;

    public static RegistrationFlavours Read(ReadOnlySpan<byte> domain) =>
        domain.SequenceEqual(Standard) ? RegistrationFlavours.Standard
        : domain.SequenceEqual(RoutingState) ? RegistrationFlavours.RoutingState
        : RegistrationFlavours.None;

    public static int Size(RegistrationFlavours reads) =>
        (reads.HasFlag(RegistrationFlavours.Standard) ? FieldSize(Standard) : 0)
            + (reads.HasFlag(RegistrationFlavours.RoutingState) ? FieldSize(RoutingState) : 0);

    public static void Write(ProtobufWriter writer, RegistrationFlavours reads)
    {
        if (reads.HasFlag(RegistrationFlavours.Standard))
        {
            writer.WriteBytes(RendezvousFields.Discover.RecordDomains, Standard);
        }

        if (reads.HasFlag(RegistrationFlavours.RoutingState))
        {
            writer.WriteBytes(RendezvousFields.Discover.RecordDomains, RoutingState);
        }
    }

    private static int FieldSize(ReadOnlySpan<byte> domain) =>
        ProtobufWriter.BytesFieldSize(RendezvousFields.Discover.RecordDomains, domain.Length);
}
