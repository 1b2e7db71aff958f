using System.Buffers;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Records;

/// <summary>
/// The envelope of RFC 0002, as slices of the received bytes, and the buffer that its signature covers:
/// <code>
/// Envelope { PublicKey public_key = 1; bytes payload_type = 2; bytes payload = 3; bytes signature = 5; }
/// signed:    uvarint(len) domain | uvarint(len) payload_type | uvarint(len) payload
/// </code>
/// </summary>
internal readonly ref struct SignedEnvelope
{
    private const int PublicKeyField = 1;
    private const int PayloadTypeField = 2;
    private const int PayloadField = 3;
    private const int SignatureField = 5;

    public ReadOnlySpan<byte> PublicKey { get; private init; }

    public ReadOnlySpan<byte> PayloadType { get; private init; }

    public ReadOnlySpan<byte> Payload { get; private init; }

    public ReadOnlySpan<byte> Signature { get; private init; }

    /// <summary>Finds the four fields; false when one is missing or empty, or the encoding is broken. Unknown fields are skipped.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out SignedEnvelope envelope)
    {
        envelope = default;
        ReadOnlySpan<byte> publicKey = default;
        ReadOnlySpan<byte> payloadType = default;
        ReadOnlySpan<byte> payload = default;
        ReadOnlySpan<byte> signature = default;
        var reader = new ProtobufReader(bytes);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            bool read = (field, type) switch
            {
                (PublicKeyField, ProtobufWireType.LengthDelimited) => reader.TryReadBytes(out publicKey),
                (PayloadTypeField, ProtobufWireType.LengthDelimited) => reader.TryReadBytes(out payloadType),
                (PayloadField, ProtobufWireType.LengthDelimited) => reader.TryReadBytes(out payload),
                (SignatureField, ProtobufWireType.LengthDelimited) => reader.TryReadBytes(out signature),
                _ => reader.TrySkip(type),
            };
            if (!read)
            {
                return false;
            }
        }

        if (reader.IsMalformed || publicKey.IsEmpty || payloadType.IsEmpty || payload.IsEmpty || signature.IsEmpty)
        {
            return false;
        }

        envelope = new SignedEnvelope { PublicKey = publicKey, PayloadType = payloadType, Payload = payload, Signature = signature };
        return true;
    }

    public static byte[] Encode(
        ReadOnlySpan<byte> publicKey, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload, ReadOnlySpan<byte> signature)
    {
        var output = new ArrayBufferWriter<byte>(publicKey.Length + payloadType.Length + payload.Length + signature.Length + 16);
        var writer = new ProtobufWriter(output);
        writer.WriteBytes(PublicKeyField, publicKey);
        writer.WriteBytes(PayloadTypeField, payloadType);
        writer.WriteBytes(PayloadField, payload);
        writer.WriteBytes(SignatureField, signature);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>The bytes that <see cref="WriteSigned"/> writes.</summary>
    public static int SignedSize(ReadOnlySpan<byte> domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload) =>
        SizeWithLength(domain) + SizeWithLength(payloadType) + SizeWithLength(payload);

    /// <summary>Writes what the signature covers.</summary>
    public static void WriteSigned(
        Span<byte> destination, ReadOnlySpan<byte> domain, ReadOnlySpan<byte> payloadType, ReadOnlySpan<byte> payload)
    {
        AppendWithLength(ref destination, domain);
        AppendWithLength(ref destination, payloadType);
        AppendWithLength(ref destination, payload);
    }

    private static int SizeWithLength(ReadOnlySpan<byte> value) => UnsignedVarint.Size((ulong)value.Length) + value.Length;

    private static void AppendWithLength(ref Span<byte> destination, ReadOnlySpan<byte> value)
    {
        int prefixBytes = UnsignedVarint.Write(destination, (ulong)value.Length);
        value.CopyTo(destination[prefixBytes..]);
        destination = destination[(prefixBytes + value.Length)..];
    }
}
