using System.Buffers;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Records;

/// <summary>
/// The payload of the envelope, RFC 0003:
/// <code>
/// PeerRecord { bytes peer_id = 1; uint64 seq = 2; repeated AddressInfo addresses = 3; }
/// AddressInfo { bytes multiaddr = 1; }
/// </code>
/// </summary>
internal static class PeerRecordCodec
{
    /// <summary>
    /// Most addresses that are taken out of a record, the first ones; it does not make a longer record invalid. A peer behind two relays
    /// has about fifty. Without it a record of 4 KiB, full of addresses of two bytes, would take twelve times that in memory, and clients
    /// keep many thousand records.
    /// </summary>
    internal const int MaxAddressesRead = 128;

    /// <summary>The field of the peer id.</summary>
    internal const int PeerIdField = 1;

    /// <summary>The field of the addresses.</summary>
    internal const int AddressesField = 3;

    private const int SequenceField = 2;
    private const int MultiaddrField = 1;

    public static byte[] Encode(PeerRecord record)
    {
        var output = new ArrayBufferWriter<byte>(256);
        var writer = new ProtobufWriter(output);
        writer.WriteBytes(PeerIdField, record.PeerId.Bytes.Span);
        if (record.Sequence != 0)
        {
            writer.WriteVarint(SequenceField, record.Sequence);
        }

        foreach (Multiaddr address in record.Addresses)
        {
            writer.WriteLengthPrefix(AddressesField, ProtobufWriter.BytesFieldSize(MultiaddrField, address.Bytes.Length));
            writer.WriteBytes(MultiaddrField, address.Bytes.Span);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>The bytes that an address takes in the payload.</summary>
    public static int AddressSize(Multiaddr address) =>
        ProtobufWriter.BytesFieldSize(AddressesField, ProtobufWriter.BytesFieldSize(MultiaddrField, address.Bytes.Length));

    /// <summary>
    /// Decodes the payload. The number of addresses is bounded before any is parsed; one that is not understood is left out, for the
    /// record may come from a peer with newer transports, but it counts.
    /// </summary>
    public static SignedPeerRecordError TryDecode(ReadOnlySpan<byte> payload, PeerId signer, out PeerRecord? record)
    {
        record = null;
        PeerId? peerId = null;
        ulong sequence = 0;
        int addressCount = 0;
        var reader = new ProtobufReader(payload);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            bool read = (field, type) switch
            {
                (PeerIdField, ProtobufWireType.LengthDelimited) =>
                    reader.TryReadBytes(out ReadOnlySpan<byte> bytes) && PeerId.TryFromBytes(bytes, out peerId),
                (SequenceField, ProtobufWireType.Varint) => reader.TryReadVarint(out sequence),
                (AddressesField, ProtobufWireType.LengthDelimited) => reader.TrySkip(type) && ++addressCount > 0,
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return SignedPeerRecordError.Malformed;
            }
        }

        if (reader.IsMalformed || peerId is null)
        {
            return SignedPeerRecordError.Malformed;
        }

        if (!peerId.Equals(signer))
        {
            return SignedPeerRecordError.PeerIdMismatch;
        }

        if (addressCount > SignedPeerRecord.MaxAddresses)
        {
            return SignedPeerRecordError.TooManyAddresses;
        }

        return TryReadAddresses(payload, signer, out List<Multiaddr> addresses, out Multiaddr? foreign)
            ? Accept(out record, new PeerRecord(signer, sequence, addresses) { AddressCount = addressCount, ForeignAddress = foreign })
            : SignedPeerRecordError.Malformed;
    }

    /// <summary>The multiaddr in an AddressInfo; empty when it has none.</summary>
    internal static bool TryReadMultiaddrField(ReadOnlySpan<byte> addressInfo, out ReadOnlySpan<byte> multiaddr)
    {
        multiaddr = default;
        var reader = new ProtobufReader(addressInfo);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            bool isMultiaddr = field == MultiaddrField && type == ProtobufWireType.LengthDelimited;
            if (!(isMultiaddr ? reader.TryReadBytes(out multiaddr) : reader.TrySkip(type)))
            {
                return false;
            }
        }

        return !reader.IsMalformed;
    }

    private static SignedPeerRecordError Accept(out PeerRecord? record, PeerRecord accepted)
    {
        record = accepted;
        return SignedPeerRecordError.None;
    }

    private static bool TryReadAddresses(ReadOnlySpan<byte> payload, PeerId signer, out List<Multiaddr> addresses, out Multiaddr? foreign)
    {
        addresses = [];
        foreign = null;
        var reader = new ProtobufReader(payload);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            if (field != AddressesField || type != ProtobufWireType.LengthDelimited)
            {
                reader.TrySkip(type);
            }
            else if (!reader.TryReadBytes(out ReadOnlySpan<byte> info) || !TryReadMultiaddrField(info, out ReadOnlySpan<byte> bytes))
            {
                return false;
            }
            else if (!Multiaddr.TryFromBytes(bytes, out Multiaddr? address))
            {
                continue;
            }
            else if (address.FinalPeerId is { } named && !named.Equals(signer))
            {
                foreign ??= address;
            }
            else if (addresses.Count < MaxAddressesRead)
            {
                addresses.Add(address);
            }
        }

        return true;
    }
}
