namespace RendezvousCluster.Testing.Rendezvous;

/// <summary>Requests as bytes, built by the field numbers of the spec. A null leaves the field out.</summary>
public static class RawRequests
{
    public static ProtobufBytes Register(byte[]? ns, byte[]? record, ulong? ttl = null, ulong? type = 0)
    {
        var body = new ProtobufBytes();
        _ = ns is null ? body : body.Bytes(1, ns);
        _ = record is null ? body : body.Bytes(2, record);
        _ = ttl is null ? body : body.Varint(3, ttl.Value);
        return Message(type, bodyField: 2, body);
    }

    public static ProtobufBytes Unregister(byte[]? ns, byte[]? id = null)
    {
        var body = new ProtobufBytes();
        _ = ns is null ? body : body.Bytes(1, ns);
        _ = id is null ? body : body.Bytes(2, id);
        return Message(2, bodyField: 4, body);
    }

    public static ProtobufBytes Discover(byte[]? ns, ulong? limit = null, byte[]? cookie = null)
    {
        var body = new ProtobufBytes();
        _ = ns is null ? body : body.Bytes(1, ns);
        _ = limit is null ? body : body.Varint(2, limit.Value);
        _ = cookie is null ? body : body.Bytes(3, cookie);
        return Message(3, bodyField: 5, body);
    }

    public static ProtobufBytes Message(ulong? type, int bodyField, ProtobufBytes body)
    {
        var message = new ProtobufBytes();
        _ = type is null ? message : message.Varint(1, type.Value);
        return message.Message(bodyField, body);
    }
}
