using System.Runtime.InteropServices;
using Google.Protobuf;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// Values that appear in many messages, to and from protobuf. Byte strings are wrapped, not copied: nobody writes to an envelope once it is
/// in a command. Reading checks every value again; a row of the journal may be damaged.
/// </summary>
internal static class WireBytes
{
    internal static ByteString Wrap(ReadOnlyMemory<byte> bytes) => UnsafeByteOperations.UnsafeWrap(bytes);

    internal static ByteString Wrap(PeerId peer) => UnsafeByteOperations.UnsafeWrap(peer.Bytes);

    internal static ByteString Wrap(RendezvousNamespace @namespace) => UnsafeByteOperations.UnsafeWrap(@namespace.Utf8);

    /// <summary>The bytes as an array of their own: what parsing made when it made one, else a copy.</summary>
    internal static byte[] OwnedArray(ByteString bytes) =>
        MemoryMarshal.TryGetArray(bytes.Memory, out ArraySegment<byte> segment)
        && segment.Offset == 0
        && segment.Count == segment.Array!.Length
            ? segment.Array
            : bytes.ToByteArray();

    internal static PeerId ReadPeer(ByteString bytes) =>
        PeerId.TryFromBytes(bytes.Span, out PeerId? peer) ? peer : throw new InvalidDataException("A stored peer id is malformed.");

    internal static RendezvousNamespace ReadNamespace(ByteString bytes) =>
        RendezvousNamespace.TryCreate(bytes.Span, out RendezvousNamespace? name)
            ? name
            : throw new InvalidDataException("A stored namespace is malformed.");

    internal static RegistrationFlavour ReadFlavour(uint flavour) =>
        Enum.IsDefined((RegistrationFlavour)flavour)
            ? (RegistrationFlavour)flavour
            : throw new InvalidDataException($"Registration flavour {flavour} is unknown.");

    internal static Admission ReadAdmission(uint admission) =>
        Enum.IsDefined((Admission)admission) ? (Admission)admission : throw new InvalidDataException($"Admission {admission} is unknown.");

    /// <summary>The number of a process; nothing for none.</summary>
    internal static ByteString WrapRun(Guid run) => run == Guid.Empty ? ByteString.Empty : Wrap(run.ToByteArray(bigEndian: true));

    internal static Guid ReadRun(ByteString bytes) => bytes.IsEmpty ? Guid.Empty : new Guid(bytes.Span, bigEndian: true);

    internal static DateTimeOffset ReadTime(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}
