using Google.Protobuf;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Registry.Serialization.Proto;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// The journal's events to and from protobuf. On disk stand times of the wall clock; in an event those of the steady clock of the process
/// that wrote it, and by how much the others are ahead.
/// </summary>
internal static class EventCodec
{
    internal static IMessage ToProto(Opened opened) => new OpenedEvent
    {
        Incarnation = WireBytes.Wrap(opened.Incarnation.ToByteArray(bigEndian: true)),
        Namespace = WireBytes.Wrap(opened.Namespace),
        Fresh = opened.Fresh,
        Run = WireBytes.WrapRun(opened.Run),
    };

    internal static IMessage ToProto(Registered registered) => new RegisteredEvent
    {
        Peer = WireBytes.Wrap(registered.Registration.Peer),
        Envelope = WireBytes.Wrap(registered.Registration.Envelope),
        Flavour = (uint)registered.Registration.Flavour,
        RecordSequence = registered.Registration.RecordSequence,
        TtlSeconds = registered.TtlSeconds,
        RegisteredAtUnixMs = registered.RegisteredAtUnixMilliseconds + registered.ClockOffsetMilliseconds,
        Revision = registered.Revision,
        DeadlineAfterMs = registered.Registration.DeadlineUnixMilliseconds - registered.RegisteredAtUnixMilliseconds,
        ClockOffsetMs = registered.ClockOffsetMilliseconds,
    };

    internal static IMessage ToProto(Refreshed refreshed) => new RefreshedEvent
    {
        Peer = WireBytes.Wrap(refreshed.Peer),
        TtlSeconds = refreshed.TtlSeconds,
        RegisteredAtUnixMs = refreshed.RegisteredAtUnixMilliseconds + refreshed.ClockOffsetMilliseconds,
        Revision = refreshed.Revision,
        DeadlineAfterMs = refreshed.DeadlineUnixMilliseconds - refreshed.RegisteredAtUnixMilliseconds,
        ClockOffsetMs = refreshed.ClockOffsetMilliseconds,
    };

    internal static IMessage ToProto(Unregistered unregistered) => new UnregisteredEvent
    {
        Peer = WireBytes.Wrap(unregistered.Peer),
        Revision = unregistered.Revision,
        DeadlineUnixMs = unregistered.DeadlineUnixMilliseconds + unregistered.ClockOffsetMilliseconds,
        ClockOffsetMs = unregistered.ClockOffsetMilliseconds,
    };

    internal static Opened ReadOpened(ReadOnlyMemory<byte> bytes)
    {
        OpenedEvent read = OpenedEvent.Parser.ParseFrom(bytes.Span);
        return new Opened(new Guid(read.Incarnation.Span, bigEndian: true), WireBytes.ReadNamespace(read.Namespace), read.Fresh)
        {
            Run = WireBytes.ReadRun(read.Run),
        };
    }

    internal static Registered ReadRegistered(ReadOnlyMemory<byte> bytes)
    {
        RegisteredEvent read = RegisteredEvent.Parser.ParseFrom(bytes.Span);
        long registeredAt = read.RegisteredAtUnixMs - read.ClockOffsetMs;
        var registration = new StoredRegistration(
            WireBytes.ReadPeer(read.Peer),
            WireBytes.OwnedArray(read.Envelope),
            WireBytes.ReadFlavour(read.Flavour),
            read.RecordSequence,
            read.Revision,
            registeredAt + (read.TtlSeconds * 1000L),
            registeredAt + read.DeadlineAfterMs,
            read.TtlSeconds);
        return new Registered(registration) { ClockOffsetMilliseconds = read.ClockOffsetMs };
    }

    internal static Refreshed ReadRefreshed(ReadOnlyMemory<byte> bytes)
    {
        RefreshedEvent read = RefreshedEvent.Parser.ParseFrom(bytes.Span);
        long registeredAt = read.RegisteredAtUnixMs - read.ClockOffsetMs;
        return new Refreshed(
            WireBytes.ReadPeer(read.Peer), read.TtlSeconds, registeredAt, read.Revision, registeredAt + read.DeadlineAfterMs)
        {
            ClockOffsetMilliseconds = read.ClockOffsetMs,
        };
    }

    internal static Unregistered ReadUnregistered(ReadOnlyMemory<byte> bytes)
    {
        UnregisteredEvent read = UnregisteredEvent.Parser.ParseFrom(bytes.Span);
        return new Unregistered(WireBytes.ReadPeer(read.Peer), read.Revision, read.DeadlineUnixMs - read.ClockOffsetMs)
        {
            ClockOffsetMilliseconds = read.ClockOffsetMs,
        };
    }
}
