using Google.Protobuf;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Serialization.Proto;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>Commands to a namespace to and from protobuf. The entity id is not sent: it follows from the namespace.</summary>
internal static class CommandCodec
{
    internal static IMessage ToProto(RegisterCommand command, string? traceParent) => new RegisterMessage
    {
        Namespace = WireBytes.Wrap(command.Namespace),
        Peer = WireBytes.Wrap(command.Peer),
        Envelope = WireBytes.Wrap(command.Envelope),
        Flavour = (uint)command.Flavour,
        RecordSequence = command.RecordSequence,
        TtlSeconds = command.TtlSeconds,
        DeadlineUnixMs = command.Deadline.ToUnixTimeMilliseconds(),
        Admission = (uint)command.Admission,
        TraceParent = traceParent ?? string.Empty,
    };

    internal static IMessage ToProto(UnregisterCommand command, string? traceParent) => new UnregisterMessage
    {
        Namespace = WireBytes.Wrap(NamespaceCommand.RequireNamespace(command.Namespace)),
        Peer = WireBytes.Wrap(command.Peer),
        DeadlineUnixMs = command.Deadline.ToUnixTimeMilliseconds(),
        TraceParent = traceParent ?? string.Empty,
    };

    internal static IMessage ToProto(DiscoverQuery query, string? traceParent) => new DiscoverMessage
    {
        Namespace = WireBytes.Wrap(query.Namespace),
        AfterRevision = query.AfterRevision,
        Limit = query.Limit,
        MaxBytes = query.MaxBytes,
        DeadlineUnixMs = query.Deadline.ToUnixTimeMilliseconds(),
        TraceParent = traceParent ?? string.Empty,
        Flavours = query.Flavours.Code,
        FlavoursRead = query.FlavoursRead == RegistrationFlavours.All ? 0 : (uint)query.FlavoursRead,
    };

    internal static NamespaceCommand ReadRegister(byte[] bytes)
    {
        RegisterMessage read = RegisterMessage.Parser.ParseFrom(bytes);
        return NamespaceCommand.For(new RegisterCommand(
            WireBytes.ReadNamespace(read.Namespace),
            WireBytes.ReadPeer(read.Peer),
            read.Envelope.Memory,
            WireBytes.ReadFlavour(read.Flavour),
            read.RecordSequence,
            read.TtlSeconds,
            WireBytes.ReadTime(read.DeadlineUnixMs)) { Admission = WireBytes.ReadAdmission(read.Admission) })
            with { TraceParent = ReadTrace(read.TraceParent) };
    }

    internal static NamespaceCommand ReadUnregister(byte[] bytes)
    {
        UnregisterMessage read = UnregisterMessage.Parser.ParseFrom(bytes);
        return NamespaceCommand.For(new UnregisterCommand(
            WireBytes.ReadNamespace(read.Namespace), WireBytes.ReadPeer(read.Peer), WireBytes.ReadTime(read.DeadlineUnixMs)))
            with { TraceParent = ReadTrace(read.TraceParent) };
    }

    internal static NamespaceCommand ReadDiscover(byte[] bytes)
    {
        DiscoverMessage read = DiscoverMessage.Parser.ParseFrom(bytes);
        var query = new DiscoverQuery(
            WireBytes.ReadNamespace(read.Namespace), read.AfterRevision, read.Limit, read.MaxBytes, WireBytes.ReadTime(read.DeadlineUnixMs))
        {
            Flavours = FlavourPreference.FromCode(read.Flavours),
            FlavoursRead = read.FlavoursRead == 0
                ? RegistrationFlavours.All
                : (RegistrationFlavours)read.FlavoursRead & RegistrationFlavours.All,
        };
        return NamespaceCommand.For(query) with { TraceParent = ReadTrace(read.TraceParent) };
    }

    private static string? ReadTrace(string traceParent) => traceParent.Length == 0 ? null : traceParent;
}
