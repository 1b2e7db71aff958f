using System.Buffers;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Protocol.Flavours;

/// <summary>
/// The unsigned self-description of the protocol's first schema, as slices of the received bytes:
/// <code> PeerInfo { bytes id = 1; repeated bytes addrs = 2; } Envelope { PublicKey public_key = 1; bytes payload_type = 2; bytes payload =
/// 3; bytes signature = 5; } what stands there today
/// </code>
/// Both travel in field 2 of a Register, and nothing but the content tells them apart. Fields 3 and 5 decide: every envelope has them and
/// no PeerInfo does. Bytes with neither field must also name a peer, or they are rubbish and neither of the two.
/// </summary>
internal readonly ref struct PeerInfo
{
    private const int IdField = 1;
    private const int AddressesField = 2;
    private const int EnvelopePayloadField = 3;
    private const int EnvelopeSignatureField = 5;

    private readonly ReadOnlySpan<byte> _bytes;

    private PeerInfo(ReadOnlySpan<byte> bytes, PeerId id, int addressCount)
    {
        _bytes = bytes;
        Id = id;
        AddressCount = addressCount;
    }

    /// <summary>The id of the peer that it describes, which nobody has proved.</summary>
    public PeerId Id { get; }

    /// <summary>How many addresses it has.</summary>
    public int AddressCount { get; }

    /// <summary>
    /// Reads a PeerInfo; false when the bytes are anything else. A second id makes it ambiguous, so there may be only one.
    /// </summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out PeerInfo peerInfo)
    {
        peerInfo = default;
        PeerId? id = null;
        int addressCount = 0;
        var reader = new ProtobufReader(bytes);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            bool read = (field, type) switch
            {
                (IdField, ProtobufWireType.LengthDelimited) =>
                    id is null && reader.TryReadBytes(out ReadOnlySpan<byte> value) && PeerId.TryFromBytes(value, out id),
                (AddressesField, ProtobufWireType.LengthDelimited) => reader.TrySkip(type) && ++addressCount > 0,
                (EnvelopePayloadField or EnvelopeSignatureField, _) => false,
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        if (reader.IsMalformed || id is null)
        {
            return false;
        }

        peerInfo = new PeerInfo(bytes, id, addressCount);
        return true;
    }

    /// <summary>
    /// What a signed record says, as a PeerInfo: the id and every address, as they stand in the record. Null when the bytes are no
    /// envelope.
    /// </summary>
    public static byte[]? Project(ReadOnlySpan<byte> envelope)
    {
        if (!UnverifiedPeerRecord.TryRead(envelope, out UnverifiedPeerRecord record))
        {
            return null;
        }

        // A PeerInfo is always smaller than the envelope that it comes from.
        var output = new ArrayBufferWriter<byte>(envelope.Length);
        var writer = new ProtobufWriter(output);
        writer.WriteBytes(IdField, record.PeerId);
        foreach (ReadOnlySpan<byte> address in record)
        {
            writer.WriteBytes(AddressesField, address);
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Enumerates the addresses in order, in binary form and not checked.</summary>
    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>Walks over the addresses.</summary>
    public ref struct Enumerator
    {
        private ProtobufReader _reader;

        internal Enumerator(ReadOnlySpan<byte> bytes)
        {
            _reader = new ProtobufReader(bytes);
            Current = default;
        }

        public ReadOnlySpan<byte> Current { get; private set; }

        public bool MoveNext()
        {
            while (_reader.TryReadTag(out int field, out ProtobufWireType type))
            {
                if (field == AddressesField && type == ProtobufWireType.LengthDelimited)
                {
                    _reader.TryReadBytes(out ReadOnlySpan<byte> address);
                    Current = address;
                    return true;
                }

                _reader.TrySkip(type);
            }

            return false;
        }
    }
}
