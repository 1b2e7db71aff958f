using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Records;

/// <summary>
/// The peer id and the addresses of a signed record as slices of its envelope (RFC 0002, RFC 0003), read without verifying anything and
/// without allocating: for an envelope that was verified when it came in. Everywhere else use <see cref="SignedPeerRecord.TryOpen"/>.
/// </summary>
/// <example><code>foreach (ReadOnlySpan&lt;byte&gt; address in record) { ... }</code></example>
public readonly ref struct UnverifiedPeerRecord
{
    private readonly ReadOnlySpan<byte> _payload;

    private UnverifiedPeerRecord(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> peerId)
    {
        _payload = payload;
        PeerId = peerId;
    }

    /// <summary>The peer id, in its binary form.</summary>
    public ReadOnlySpan<byte> PeerId { get; }

    /// <summary>Finds the record in an envelope; false when the bytes hold none.</summary>
    public static bool TryRead(ReadOnlySpan<byte> envelope, out UnverifiedPeerRecord record)
    {
        record = default;
        if (!SignedEnvelope.TryDecode(envelope, out SignedEnvelope parts))
        {
            return false;
        }

        ReadOnlySpan<byte> peerId = default;
        var reader = new ProtobufReader(parts.Payload);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            if (field == PeerRecordCodec.PeerIdField && type == ProtobufWireType.LengthDelimited)
            {
                reader.TryReadBytes(out peerId);
            }
            else
            {
                reader.TrySkip(type);
            }
        }

        record = new UnverifiedPeerRecord(parts.Payload, peerId);
        return !reader.IsMalformed && !peerId.IsEmpty;
    }

    /// <summary>Enumerates the addresses in order, as multiaddrs in binary form; those of unknown protocols too.</summary>
    public Enumerator GetEnumerator() => new(_payload);

    /// <summary>Walks over the addresses of a record.</summary>
    public ref struct Enumerator
    {
        private ProtobufReader _reader;

        internal Enumerator(ReadOnlySpan<byte> payload)
        {
            _reader = new ProtobufReader(payload);
            Current = default;
        }

        /// <summary>The address reached.</summary>
        public ReadOnlySpan<byte> Current { get; private set; }

        /// <summary>Steps to the next address; false behind the last.</summary>
        public bool MoveNext()
        {
            while (_reader.TryReadTag(out int field, out ProtobufWireType type))
            {
                if (field != PeerRecordCodec.AddressesField || type != ProtobufWireType.LengthDelimited)
                {
                    _reader.TrySkip(type);
                }
                else if (_reader.TryReadBytes(out ReadOnlySpan<byte> info)
                    && PeerRecordCodec.TryReadMultiaddrField(info, out ReadOnlySpan<byte> address)
                    && !address.IsEmpty)
                {
                    Current = address;
                    return true;
                }
            }

            return false;
        }
    }
}
