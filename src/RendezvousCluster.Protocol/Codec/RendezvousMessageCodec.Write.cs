using System.Buffers;
using System.Text;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Protocol.Codec;

// Sizes are computed first, then everything is written once, straight into the caller's buffer: no intermediate arrays.
public static partial class RendezvousMessageCodec
{
    /// <summary>
    /// The bytes that <see cref="Write(IBufferWriter{byte}, RendezvousMessage)"/> will produce for <paramref name="message"/>, without a
    /// frame's length prefix.
    /// </summary>
    public static int Size(RendezvousMessage message) => Measure(message).Bytes;

    /// <summary>Measures a message once for all that need its size: to measure a page is to look at each of its registrations.</summary>
    internal static MessageSize Measure(RendezvousMessage message)
    {
        (int bodyField, ulong type) = Envelope(message);
        int bodyBytes = BodySize(message);
        return new MessageSize(
            ProtobufWriter.VarintFieldSize(RendezvousFields.Message.Type, type) + ProtobufWriter.BytesFieldSize(bodyField, bodyBytes),
            bodyBytes);
    }

    /// <summary>Appends <paramref name="message"/> to <paramref name="output"/>, without a frame's length prefix.</summary>
    public static void Write(IBufferWriter<byte> output, RendezvousMessage message) => Write(output, message, Measure(message));

    /// <summary>The same, of a message that is measured already.</summary>
    internal static void Write(IBufferWriter<byte> output, RendezvousMessage message, MessageSize size)
    {
        WriteHead(output, message, size);
        switch (message)
        {
            case RegisterRequest register:
                WriteRegister(output, register);
                break;
            case RegisterResponse response:
                WriteRegisterResponse(output, response);
                break;
            case UnregisterRequest unregister:
                WriteUnregister(output, unregister);
                break;
            case DiscoverRequest discover:
                WriteDiscover(output, discover);
                break;
            case DiscoverResponse response:
                for (int index = 0; index < response.Registrations.Count; index++)
                {
                    WriteRegistration(output, response.Registrations[index]);
                }

                WriteDiscoverTail(output, response);
                break;
        }
    }

    /// <summary>The bytes that one registration takes in a response, its tag and length included.</summary>
    internal static int RegistrationFieldSize(in Registration registration) =>
        ProtobufWriter.BytesFieldSize(RendezvousFields.DiscoverResponse.Registrations, RegistrationSize(registration));

    /// <summary>The type, and the tag and length of the body.</summary>
    internal static void WriteHead(IBufferWriter<byte> output, RendezvousMessage message, MessageSize size)
    {
        (int bodyField, ulong type) = Envelope(message);
        var writer = new ProtobufWriter(output);
        writer.WriteVarint(RendezvousFields.Message.Type, type);
        writer.WriteLengthPrefix(bodyField, size.BodyBytes);
    }

    /// <summary>One entry of a response's page.</summary>
    internal static void WriteRegistration(IBufferWriter<byte> output, in Registration registration)
    {
        var writer = new ProtobufWriter(output);
        writer.WriteLengthPrefix(RendezvousFields.DiscoverResponse.Registrations, RegistrationSize(registration));
        writer.WriteBytes(RendezvousFields.Register.Namespace, registration.Namespace.Span);
        writer.WriteBytes(RendezvousFields.Register.SignedPeerRecord, registration.SignedPeerRecord.Span);
        writer.WriteVarint(RendezvousFields.Register.Ttl, registration.TtlSeconds);
    }

    /// <summary>What follows the page of a response.</summary>
    internal static void WriteDiscoverTail(IBufferWriter<byte> output, DiscoverResponse response)
    {
        var writer = new ProtobufWriter(output);
        writer.WriteBytes(RendezvousFields.DiscoverResponse.Cookie, response.Cookie.Span);
        writer.WriteVarint(RendezvousFields.DiscoverResponse.Status, (ulong)response.Status);
        if (response.StatusText.Length > 0)
        {
            writer.WriteString(RendezvousFields.DiscoverResponse.StatusText, response.StatusText);
        }
    }

    private static (int BodyField, ulong Type) Envelope(RendezvousMessage message) => message switch
    {
        RegisterRequest => (RendezvousFields.Message.Register, RendezvousFields.MessageType.Register),
        RegisterResponse => (RendezvousFields.Message.RegisterResponse, RendezvousFields.MessageType.RegisterResponse),
        UnregisterRequest => (RendezvousFields.Message.Unregister, RendezvousFields.MessageType.Unregister),
        DiscoverRequest => (RendezvousFields.Message.Discover, RendezvousFields.MessageType.Discover),
        DiscoverResponse => (RendezvousFields.Message.DiscoverResponse, RendezvousFields.MessageType.DiscoverResponse),
        _ => throw new ArgumentException($"{message.GetType().Name} is not a message of the protocol.", nameof(message)),
    };

    private static int BodySize(RendezvousMessage message) => message switch
    {
        RegisterRequest register => ProtobufWriter.BytesFieldSize(RendezvousFields.Register.Namespace, register.Namespace.Length)
            + ProtobufWriter.BytesFieldSize(RendezvousFields.Register.SignedPeerRecord, register.SignedPeerRecord.Length)
            + OptionalSize(RendezvousFields.Register.Ttl, register.TtlSeconds),
        RegisterResponse response => ProtobufWriter.VarintFieldSize(RendezvousFields.RegisterResponse.Status, (ulong)response.Status)
            + OptionalSize(RendezvousFields.RegisterResponse.StatusText, Encoding.UTF8.GetByteCount(response.StatusText))
            + ProtobufWriter.VarintFieldSize(RendezvousFields.RegisterResponse.Ttl, response.TtlSeconds),
        UnregisterRequest unregister => ProtobufWriter.BytesFieldSize(RendezvousFields.Unregister.Namespace, unregister.Namespace.Length)
            + OptionalSize(RendezvousFields.Unregister.PeerId, unregister.PeerId.Length),
        DiscoverRequest discover => OptionalSize(RendezvousFields.Discover.Namespace, discover.Namespace.Length)
            + OptionalSize(RendezvousFields.Discover.Limit, discover.Limit)
            + OptionalSize(RendezvousFields.Discover.Cookie, discover.Cookie.Length)
            + RecordDomains.Size(discover.Reads),
        DiscoverResponse response => PageSize(response.Registrations)
            + ProtobufWriter.BytesFieldSize(RendezvousFields.DiscoverResponse.Cookie, response.Cookie.Length)
            + ProtobufWriter.VarintFieldSize(RendezvousFields.DiscoverResponse.Status, (ulong)response.Status)
            + OptionalSize(RendezvousFields.DiscoverResponse.StatusText, Encoding.UTF8.GetByteCount(response.StatusText)),
        _ => 0,
    };

    private static int PageSize(IReadOnlyList<Registration> registrations)
    {
        int size = 0;
        for (int index = 0; index < registrations.Count; index++)
        {
            size += RegistrationFieldSize(registrations[index]);
        }

        return size;
    }

    private static int RegistrationSize(in Registration registration) =>
        ProtobufWriter.BytesFieldSize(RendezvousFields.Register.Namespace, registration.Namespace.Length)
        + ProtobufWriter.BytesFieldSize(RendezvousFields.Register.SignedPeerRecord, registration.SignedPeerRecord.Length)
        + ProtobufWriter.VarintFieldSize(RendezvousFields.Register.Ttl, registration.TtlSeconds);

    private static int OptionalSize(int field, ulong value) => value == 0 ? 0 : ProtobufWriter.VarintFieldSize(field, value);

    private static int OptionalSize(int field, int length) => length == 0 ? 0 : ProtobufWriter.BytesFieldSize(field, length);

    // --- requests -----------------------------------------------------------------------------------------------------

    private static void WriteRegister(IBufferWriter<byte> output, RegisterRequest register)
    {
        var writer = new ProtobufWriter(output);
        writer.WriteBytes(RendezvousFields.Register.Namespace, register.Namespace.Span);
        writer.WriteBytes(RendezvousFields.Register.SignedPeerRecord, register.SignedPeerRecord.Span);
        if (register.TtlSeconds != 0)
        {
            writer.WriteVarint(RendezvousFields.Register.Ttl, register.TtlSeconds);
        }
    }

    private static void WriteUnregister(IBufferWriter<byte> output, UnregisterRequest unregister)
    {
        var writer = new ProtobufWriter(output);
        writer.WriteBytes(RendezvousFields.Unregister.Namespace, unregister.Namespace.Span);
        if (!unregister.PeerId.IsEmpty)
        {
            writer.WriteBytes(RendezvousFields.Unregister.PeerId, unregister.PeerId.Span);
        }
    }

    private static void WriteDiscover(IBufferWriter<byte> output, DiscoverRequest discover)
    {
        var writer = new ProtobufWriter(output);
        if (!discover.Namespace.IsEmpty)
        {
            writer.WriteBytes(RendezvousFields.Discover.Namespace, discover.Namespace.Span);
        }

        if (discover.Limit != 0)
        {
            writer.WriteVarint(RendezvousFields.Discover.Limit, discover.Limit);
        }

        if (!discover.Cookie.IsEmpty)
        {
            writer.WriteBytes(RendezvousFields.Discover.Cookie, discover.Cookie.Span);
        }

        RecordDomains.Write(writer, discover.Reads);
    }

    // --- responses ----------------------------------------------------------------------------------------------------

    private static void WriteRegisterResponse(IBufferWriter<byte> output, RegisterResponse response)
    {
        var writer = new ProtobufWriter(output);
        writer.WriteVarint(RendezvousFields.RegisterResponse.Status, (ulong)response.Status);
        if (response.StatusText.Length > 0)
        {
            writer.WriteString(RendezvousFields.RegisterResponse.StatusText, response.StatusText);
        }

        writer.WriteVarint(RendezvousFields.RegisterResponse.Ttl, response.TtlSeconds);
    }
}
