using System.Buffers;
using System.Text;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>
/// What libp2p carries in handshake messages 2 and 3 (libp2p noise spec, "Libp2p Data in Handshake Messages"): the proof that the identity
/// key owns the static key of this handshake, and the muxers on offer. A view over the decrypted message.
/// <code>
///   NoiseHandshakePayload            NoiseExtensions
///     1 bytes identity_key             1 repeated bytes  webtransport_certhashes   ignored
///     2 bytes identity_sig             2 repeated string stream_muxers
///     3 bytes data (old, ignored)
///     4 NoiseExtensions extensions
/// </code>
/// </summary>
internal readonly ref struct NoisePayload
{
    /// <summary>A longer list of muxers is ignored as a whole, as go does: nobody means it.</summary>
    public const int MaxStreamMuxers = 100;

    private const int IdentityKeyField = 1;
    private const int SignatureField = 2;
    private const int ExtensionsField = 4;
    private const int StreamMuxersField = 2;

    /// <summary>The encoded <see cref="PublicKey"/>; empty when absent.</summary>
    public ReadOnlySpan<byte> IdentityKey { get; private init; }

    /// <summary>The identity key's signature over <see cref="SignedMessage"/>; empty when absent.</summary>
    public ReadOnlySpan<byte> Signature { get; private init; }

    /// <summary>The muxers on offer, best first; empty when the extension is absent.</summary>
    public IReadOnlyList<string> StreamMuxers { get; private init; }

    /// <summary>What an identity key signs to own a static key.</summary>
    public static byte[] SignedMessage(ReadOnlySpan<byte> staticKey) => [.. "noise-libp2p-static-key:"u8, .. staticKey];

    /// <summary>Encodes a payload; without muxers the extension is left out.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> identityKey, ReadOnlySpan<byte> signature, IReadOnlyList<string> streamMuxers)
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ProtobufWriter(output);
        writer.WriteBytes(IdentityKeyField, identityKey);
        writer.WriteBytes(SignatureField, signature);
        if (streamMuxers.Count > 0)
        {
            int extensionsBytes = streamMuxers.Sum(
                muxer => ProtobufWriter.BytesFieldSize(StreamMuxersField, Encoding.UTF8.GetByteCount(muxer)));
            writer.WriteLengthPrefix(ExtensionsField, extensionsBytes);
            foreach (string muxer in streamMuxers)
            {
                writer.WriteString(StreamMuxersField, muxer);
            }
        }

        return output.WrittenSpan.ToArray();
    }

    /// <summary>Decodes a payload; false when it is not a protobuf message. Absent fields come out empty.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, out NoisePayload payload)
    {
        payload = default;
        ReadOnlySpan<byte> identityKey = default;
        ReadOnlySpan<byte> signature = default;
        List<string>? muxers = null;
        var reader = new ProtobufReader(encoded);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            if (type != ProtobufWireType.LengthDelimited)
            {
                reader.TrySkip(type);
                continue;
            }

            if (!reader.TryReadBytes(out ReadOnlySpan<byte> value))
            {
                return false;
            }

            switch (field)
            {
                case IdentityKeyField:
                    identityKey = value;
                    break;
                case SignatureField:
                    signature = value;
                    break;
                case ExtensionsField when !TryDecodeExtensions(value, muxers ??= []):
                    return false;
            }
        }

        if (reader.IsMalformed)
        {
            return false;
        }

        payload = new NoisePayload
        {
            IdentityKey = identityKey,
            Signature = signature,
            StreamMuxers = muxers is null or { Count: > MaxStreamMuxers } ? [] : muxers,
        };
        return true;
    }

    private static bool TryDecodeExtensions(ReadOnlySpan<byte> encoded, List<string> muxers)
    {
        var reader = new ProtobufReader(encoded);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            if (field != StreamMuxersField || type != ProtobufWireType.LengthDelimited)
            {
                reader.TrySkip(type);
            }
            else if (!reader.TryReadBytes(out ReadOnlySpan<byte> muxer))
            {
                return false;
            }
            else if (muxers.Count <= MaxStreamMuxers)
            {
                muxers.Add(Encoding.UTF8.GetString(muxer));
            }
        }

        return !reader.IsMalformed;
    }
}
