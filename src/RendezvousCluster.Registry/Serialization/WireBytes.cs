using Google.Protobuf;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// Values that appear in many messages, to and from protobuf. Byte strings are wrapped, not copied: nobody writes to an envelope once it is
/// in a command. What is read is checked again; a row of the journal may be damaged.
/// </summary>
internal static class WireBytes
{
    internal static ByteString Wrap(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    internal static ByteString Wrap(PeerId peer) => UnsafeByteOperations.UnsafeWrap(peer.Bytes);

    internal static ByteString Wrap(RendezvousNamespace @namespace) => UnsafeByteOperations.UnsafeWrap(@namespace.Utf8);

    internal static PeerId ReadPeer(ByteString bytes) =>
        PeerId.TryFromBytes(bytes.Span, out PeerId? peer) ? peer : throw new InvalidDataException("A stored peer id is malformed.");

    internal static RendezvousNamespace ReadNamespace(ByteString bytes) =>
        RendezvousNamespace.TryCreate(bytes.Span, out RendezvousNamespace? name) ? name : throw new InvalidDataException("A stored namespace is malformed.");

    internal static RecordFlavour ReadFlavour(uint flavour) =>
        Enum.IsDefined((RecordFlavour)flavour) ? (RecordFlavour)flavour : throw new InvalidDataException($"Record flavour {flavour} is unknown.");

    internal static DateTimeOffset ReadTime(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}
