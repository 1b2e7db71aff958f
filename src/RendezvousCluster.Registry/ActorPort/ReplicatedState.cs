using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// Looks at replicated data before the toolkit reads it. There is one kind, which a coordinator of shards writes: a register (LWWRegister
/// of the toolkit's ReplicatedDataMessages.proto) with its state. The register names the type of what is in it, which the toolkit would
/// look up.
/// </summary>
internal static class ReplicatedState
{
    /// <summary>The one type that may be named.</summary>
    internal const string StateType = "Akka.Cluster.Sharding.ShardCoordinator+CoordinatorState, Akka.Cluster.Sharding";

    private const int State = 3;
    private const int TypeInfo = 4;
    private const int TypeKind = 1;
    private const int TypeName = 2;
    private const ulong Named = 4;

    /// <summary>Why a register is not read; null when it is.</summary>
    public static RefusedReadReason? WhyNot(ReadOnlySpan<byte> register)
    {
        if (!Fields.TryReadTwo(
            register, State, out ReadOnlySpan<byte> state, out bool hasState, TypeInfo, out ReadOnlySpan<byte> type, out bool hasType)
            || !hasState || !hasType || !NodePayload.TryRead(state, manifestField: 4, out NodePayload payload))
        {
            return RefusedReadReason.Malformed;
        }

        return !IsStateType(type) ? RefusedReadReason.Type
            : payload.SerializerId != ReadableMessages.ShardingId ? RefusedReadReason.Serializer
            : payload.Manifest.SequenceEqual("AA"u8) ? null
            : RefusedReadReason.Manifest;
    }

    private static bool IsStateType(ReadOnlySpan<byte> type)
    {
        var reader = new ProtobufReader(type);
        bool isNamed = false, isState = false;
        int seen = 0;
        while (reader.TryReadTag(out int field, out ProtobufWireType wireType))
        {
            bool isRead = field switch
            {
                TypeKind => wireType == ProtobufWireType.Varint && reader.TryReadVarint(out ulong kind) && (isNamed = kind == Named),
                TypeName => wireType == ProtobufWireType.LengthDelimited && reader.TryReadBytes(out ReadOnlySpan<byte> name)
                    && (isState = IsState(name)),
                _ => false,
            };
            if (!isRead || (seen & (1 << field)) != 0)
            {
                return false;
            }

            seen |= 1 << field;
        }

        return !reader.IsMalformed && isNamed && isState;
    }

    private static bool IsState(ReadOnlySpan<byte> name)
    {
        Span<char> text = stackalloc char[StateType.Length];
        return name.Length == StateType.Length && System.Text.Encoding.ASCII.TryGetChars(name, text, out int length)
            && text[..length].SequenceEqual(StateType);
    }
}
