using System.Text;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// Decides about a frame of another node before the toolkit sees it: whether everything in it is among the <see cref="ReadableMessages"/>.
/// </summary>
/// <remarks>
/// <para>
/// Remoting trusts every process that is connected: it turns a message into any object that the serializer named in the message makes, and
/// hands it to the actor whose path it names. Some serializers look types up by name, and make objects of them or deploy actors; some
/// messages stop any actor. So a frame passes only if its serializer, its kind and its recipient are expected together. One level further
/// in it looks at messages that select their recipient by names: each name must be spelt out, from the root of the system. The
/// <see cref="PinnedSerializer"/>s, which read distributed data, look at what it carries inside.
/// </para>
/// <para>
/// A frame that is refused is dropped, and the connection stays. A message that the toolkit delivers reliably is never acknowledged then,
/// so that its sender gives up the connection some time later.
/// </para>
/// </remarks>
internal static class FrameGate
{
    // SelectionEnvelope and Selection of the toolkit's ContainerFormats.proto.
    private const int SelectedPayload = 1;
    private const int SelectedName = 2;
    private const int NameKind = 1;
    private const int NameText = 2;
    private const int SpeltOut = 2;

    /// <summary>Longer paths and kinds are not used, and are not kept in mind.</summary>
    private const int MaxNameBytes = 512;

    /// <summary>Judges a frame; never throws.</summary>
    /// <param name="frame">As it came.</param>
    /// <param name="self">This node as the others call it, <c>system@host:port</c>.</param>
    /// <param name="message">What kind of message it holds, for an actor; null for a word between the ends of the connection, and when the
    /// frame is refused.</param>
    /// <returns>Null when it may pass.</returns>
    public static RefusedRead? Judge(ReadOnlySpan<byte> frame, string self, out ReadableMessage? message)
    {
        message = null;
        NodeFrameKind kind = NodeFrame.Read(frame, out NodeFrame read);
        RefusedRead? refusal = kind switch
        {
            NodeFrameKind.Control => null,
            NodeFrameKind.Message => JudgeMessage(read, self, out message),
            _ => new RefusedRead(RefusedReadReason.Malformed),
        };
        message = refusal is null ? message : null;
        return refusal;
    }

    private static RefusedRead? JudgeMessage(NodeFrame frame, string self, out ReadableMessage? message)
    {
        message = null;
        if (!TryReadName(frame.Recipient, out string recipient) || !TryReadName(frame.Payload.Manifest, out string manifest))
        {
            return new RefusedRead(RefusedReadReason.Malformed, frame.Payload.SerializerId);
        }

        int id = frame.Payload.SerializerId;
        if (frame.IsNumbered && id != ReadableMessages.SystemId)
        {
            // Only what the toolkit tells itself is numbered. A numbered message that cannot be read ends the connection.
            return new RefusedRead(RefusedReadReason.Malformed, id, manifest, recipient);
        }

        if (ReadableMessages.Find(id, manifest, out message) is { } reason)
        {
            return new RefusedRead(reason, id, manifest, recipient);
        }

        if (!TryReadPath(recipient, self, out ReadOnlySpan<char> path))
        {
            return new RefusedRead(RefusedReadReason.Recipient, id, manifest, recipient);
        }

        return id != ReadableMessages.SelectionId
            ? message!.IsFor(path) ? null : new RefusedRead(RefusedReadReason.Recipient, id, manifest, recipient)
            : path.IsEmpty ? JudgeSelection(frame.Payload.Bytes, out message)
            : new RefusedRead(RefusedReadReason.Recipient, id, manifest, recipient);
    }

    private static RefusedRead? JudgeSelection(ReadOnlySpan<byte> selection, out ReadableMessage? message)
    {
        message = null;
        var path = new StringBuilder();
        var reader = new ProtobufReader(selection);
        NodePayload payload = default;
        bool hasPayload = false;
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            bool isRead = type == ProtobufWireType.LengthDelimited && reader.TryReadBytes(out ReadOnlySpan<byte> value) && field switch
            {
                SelectedPayload => !hasPayload && (hasPayload = NodePayload.TryRead(value, manifestField: 3, out payload)),
                SelectedName => TryReadSelected(value, path),
                _ => false,
            };
            if (!isRead)
            {
                return new RefusedRead(RefusedReadReason.Malformed, ReadableMessages.SelectionId, "", path.ToString());
            }
        }

        if (reader.IsMalformed || !hasPayload || !TryReadName(payload.Manifest, out string manifest))
        {
            return new RefusedRead(RefusedReadReason.Malformed, ReadableMessages.SelectionId, "", path.ToString());
        }

        string recipient = path.ToString();
        RefusedReadReason? reason = ReadableMessages.Find(payload.SerializerId, manifest, out message);
        reason ??= message!.IsFor(recipient) ? null : RefusedReadReason.Recipient;
        return reason is null ? null : new RefusedRead(reason.Value, payload.SerializerId, manifest, recipient);
    }

    private static bool TryReadSelected(ReadOnlySpan<byte> bytes, StringBuilder path)
    {
        var reader = new ProtobufReader(bytes);
        ulong kind = 0;
        string name = "";
        int seen = 0;
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            bool isRead = field switch
            {
                NameKind => type == ProtobufWireType.Varint && reader.TryReadVarint(out kind),
                NameText => type == ProtobufWireType.LengthDelimited && reader.TryReadBytes(out ReadOnlySpan<byte> text)
                    && TryReadName(text, out name),
                _ => false,
            };
            if (!isRead || (seen & (1 << field)) != 0)
            {
                return false;
            }

            seen |= 1 << field;
        }

        if (reader.IsMalformed || kind != SpeltOut || path.Length + name.Length >= MaxNameBytes
            || name.Contains('/', StringComparison.Ordinal))
        {
            return false;
        }

        path.Append(path.Length == 0 ? "" : "/").Append(name);
        return true;
    }

    // protocol://system@host:port/path#incarnation
    private static bool TryReadPath(ReadOnlySpan<char> recipient, string self, out ReadOnlySpan<char> path)
    {
        const string afterProtocol = "://";
        path = default;
        int start = recipient.IndexOf(afterProtocol, StringComparison.Ordinal);
        if (start < 0)
        {
            return false;
        }

        ReadOnlySpan<char> node = recipient[(start + afterProtocol.Length)..];
        int slash = node.IndexOf('/');
        if (slash < 0 || !node[..slash].SequenceEqual(self))
        {
            return false;
        }

        path = node[(slash + 1)..];
        int incarnation = path.IndexOf('#');
        path = incarnation < 0 ? path : path[..incarnation];
        return true;
    }

    // Printable ASCII: what the toolkit and this program call actors and messages.
    private static bool TryReadName(ReadOnlySpan<byte> bytes, out string name)
    {
        name = "";
        if (bytes.Length > MaxNameBytes || bytes.ContainsAnyExceptInRange((byte)' ', (byte)'~'))
        {
            return false;
        }

        name = Encoding.ASCII.GetString(bytes);
        return true;
    }
}
