using System.Diagnostics.CodeAnalysis;
using System.Text;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Protocol.Codec;

/// <summary>
/// The rendezvous messages as protobuf, written by hand: tolerant in what it reads, strict in what it writes.
/// <c>Messages/rendezvous.proto</c> states the rules; they are the ones under which every deployed implementation can be read and can
/// read us.
/// </summary>
public static partial class RendezvousMessageCodec
{
    /// <summary>
    /// Most registrations that a response may carry to be decoded. A real one takes 170 bytes, so 1 MiB holds about 6 000; the bound
    /// keeps a hostile point from turning two bytes on the wire into an object each.
    /// </summary>
    public const int MaxRegistrationsPerResponse = 8 * 1024;

    /// <summary>
    /// Reads one message. Its byte fields are slices of <paramref name="payload"/>. False when the bytes are not protobuf, when the type
    /// is unknown, or when the request is ambiguous.
    /// </summary>
    /// <remarks>
    /// A REGISTER or DISCOVER without its body is read as one with every field absent, as protobuf has it. A bare UNREGISTER would then
    /// remove every registration of the peer: that is too much for a message that says so little, and it is not accepted.
    /// </remarks>
    public static bool TryDecode(ReadOnlyMemory<byte> payload, [NotNullWhen(true)] out RendezvousMessage? message)
    {
        message = null;
        ulong? type = null;
        ReadOnlyMemory<byte>? register = null, registerResponse = null, unregister = null, discover = null, discoverResponse = null;
        var reader = new ProtobufReader(payload.Span);
        while (reader.TryReadTag(out int field, out ProtobufWireType wireType))
        {
            switch (field, wireType)
            {
                case (RendezvousFields.Message.Type, ProtobufWireType.Varint):
                    reader.TryReadVarint(out ulong value);
                    type = value;
                    break;
                case (RendezvousFields.Message.Register, ProtobufWireType.LengthDelimited):
                    register = ReadSlice(ref reader, payload);
                    break;
                case (RendezvousFields.Message.RegisterResponse, ProtobufWireType.LengthDelimited):
                    registerResponse = ReadSlice(ref reader, payload);
                    break;
                case (RendezvousFields.Message.Unregister, ProtobufWireType.LengthDelimited):
                    unregister = ReadSlice(ref reader, payload);
                    break;
                case (RendezvousFields.Message.Discover, ProtobufWireType.LengthDelimited):
                    discover = ReadSlice(ref reader, payload);
                    break;
                case (RendezvousFields.Message.DiscoverResponse, ProtobufWireType.LengthDelimited):
                    discoverResponse = ReadSlice(ref reader, payload);
                    break;
                default:
                    reader.TrySkip(wireType);
                    break;
            }
        }

        if (reader.IsMalformed)
        {
            return false;
        }

        message = (type ?? (register is null ? null : RendezvousFields.MessageType.Register)) switch
        {
            RendezvousFields.MessageType.Register => ReadRegister(register ?? default),
            RendezvousFields.MessageType.Discover => ReadDiscover(discover ?? default),
            RendezvousFields.MessageType.Unregister when unregister is { } body => ReadUnregister(body),
            RendezvousFields.MessageType.RegisterResponse when registerResponse is { } body => ReadRegisterResponse(body),
            RendezvousFields.MessageType.DiscoverResponse when discoverResponse is { } body => ReadDiscoverResponse(body),
            _ => null,
        };
        return message is not null;
    }

    private static RegisterRequest? ReadRegister(ReadOnlyMemory<byte> body) =>
        TryReadRegistration(body, out Registration read)
            ? new RegisterRequest(read.Namespace, read.SignedPeerRecord, read.TtlSeconds)
            : null;

    private static bool TryReadRegistration(ReadOnlyMemory<byte> body, out Registration registration)
    {
        ReadOnlyMemory<byte> ns = default, record = default;
        ulong ttl = 0;
        var reader = new ProtobufReader(body.Span);
        while (reader.TryReadTag(out int field, out ProtobufWireType wireType))
        {
            switch (field, wireType)
            {
                case (RendezvousFields.Register.Namespace, ProtobufWireType.LengthDelimited):
                    ns = ReadSlice(ref reader, body);
                    break;
                case (RendezvousFields.Register.SignedPeerRecord, ProtobufWireType.LengthDelimited):
                    record = ReadSlice(ref reader, body);
                    break;
                case (RendezvousFields.Register.Ttl, ProtobufWireType.Varint):
                    reader.TryReadVarint(out ttl);
                    break;
                default:
                    reader.TrySkip(wireType);
                    break;
            }
        }

        registration = new Registration(ns, record, ttl);
        return !reader.IsMalformed;
    }

    private static RegisterResponse? ReadRegisterResponse(ReadOnlyMemory<byte> body)
    {
        ulong status = 0, ttl = 0;
        ReadOnlyMemory<byte> text = default;
        var reader = new ProtobufReader(body.Span);
        while (reader.TryReadTag(out int field, out ProtobufWireType wireType))
        {
            switch (field, wireType)
            {
                case (RendezvousFields.RegisterResponse.Status, ProtobufWireType.Varint):
                    reader.TryReadVarint(out status);
                    break;
                case (RendezvousFields.RegisterResponse.StatusText, ProtobufWireType.LengthDelimited):
                    text = ReadSlice(ref reader, body);
                    break;
                case (RendezvousFields.RegisterResponse.Ttl, ProtobufWireType.Varint):
                    reader.TryReadVarint(out ttl);
                    break;
                default:
                    reader.TrySkip(wireType);
                    break;
            }
        }

        return reader.IsMalformed ? null : new RegisterResponse(ToStatus(status), Encoding.UTF8.GetString(text.Span), ttl);
    }

    private static UnregisterRequest? ReadUnregister(ReadOnlyMemory<byte> body)
    {
        ReadOnlyMemory<byte> ns = default, peerId = default;
        var reader = new ProtobufReader(body.Span);
        while (reader.TryReadTag(out int field, out ProtobufWireType wireType))
        {
            switch (field, wireType)
            {
                case (RendezvousFields.Unregister.Namespace, ProtobufWireType.LengthDelimited):
                    ns = ReadSlice(ref reader, body);
                    break;
                case (RendezvousFields.Unregister.PeerId, ProtobufWireType.LengthDelimited):
                    peerId = ReadSlice(ref reader, body);
                    break;
                default:
                    reader.TrySkip(wireType);
                    break;
            }
        }

        return reader.IsMalformed ? null : new UnregisterRequest(ns, peerId);
    }

    private static DiscoverRequest? ReadDiscover(ReadOnlyMemory<byte> body)
    {
        ReadOnlyMemory<byte> ns = default, cookie = default;
        ulong limit = 0;
        var reads = RegistrationFlavours.None;
        var reader = new ProtobufReader(body.Span);
        while (reader.TryReadTag(out int field, out ProtobufWireType wireType))
        {
            switch (field, wireType)
            {
                case (RendezvousFields.Discover.Namespace, ProtobufWireType.LengthDelimited):
                    ns = ReadSlice(ref reader, body);
                    break;
                case (RendezvousFields.Discover.Limit, ProtobufWireType.Varint):
                    reader.TryReadVarint(out limit);
                    break;
                case (RendezvousFields.Discover.Cookie, ProtobufWireType.LengthDelimited):
                    cookie = ReadSlice(ref reader, body);
                    break;
                case (RendezvousFields.Discover.RecordDomains, ProtobufWireType.LengthDelimited):
                    reads |= RecordDomains.Read(ReadSlice(ref reader, body).Span);
                    break;
                default:
                    reader.TrySkip(wireType);
                    break;
            }
        }

        return reader.IsMalformed ? null : new DiscoverRequest(ns, limit, cookie) { Reads = reads };
    }

    private static DiscoverResponse? ReadDiscoverResponse(ReadOnlyMemory<byte> body)
    {
        var registrations = new List<Registration>();
        ulong status = 0;
        ReadOnlyMemory<byte> cookie = default, text = default;
        var reader = new ProtobufReader(body.Span);
        while (reader.TryReadTag(out int field, out ProtobufWireType wireType))
        {
            switch (field, wireType)
            {
                case (RendezvousFields.DiscoverResponse.Registrations, ProtobufWireType.LengthDelimited):
                    if (!TryReadRegistration(ReadSlice(ref reader, body), out Registration registration)
                        || registrations.Count == MaxRegistrationsPerResponse)
                    {
                        return null;
                    }

                    registrations.Add(registration);
                    break;
                case (RendezvousFields.DiscoverResponse.Cookie, ProtobufWireType.LengthDelimited):
                    cookie = ReadSlice(ref reader, body);
                    break;
                case (RendezvousFields.DiscoverResponse.Status, ProtobufWireType.Varint):
                    reader.TryReadVarint(out status);
                    break;
                case (RendezvousFields.DiscoverResponse.StatusText, ProtobufWireType.LengthDelimited):
                    text = ReadSlice(ref reader, body);
                    break;
                default:
                    reader.TrySkip(wireType);
                    break;
            }
        }

        return reader.IsMalformed
            ? null
            : new DiscoverResponse(ToStatus(status), Encoding.UTF8.GetString(text.Span), registrations, cookie);
    }

    // The reader answers spans; messages outlive this call, so the same bytes are taken from the memory under them.
    private static ReadOnlyMemory<byte> ReadSlice(ref ProtobufReader reader, ReadOnlyMemory<byte> memory) =>
        reader.TryReadBytes(out ReadOnlySpan<byte> value) ? memory.Slice(reader.Position - value.Length, value.Length) : default;

    // Protobuf enums are 32-bit: a longer varint is cut. A number that is not listed stays visible as a number.
    private static RendezvousStatus ToStatus(ulong value) => (RendezvousStatus)unchecked((int)value);
}
