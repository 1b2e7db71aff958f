using Google.Protobuf;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Registry.Serialization.Proto;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>The journal's events to and from protobuf.</summary>
internal static class EventCodec
{
    internal static IMessage ToProto(Opened opened) => new OpenedEvent
    {
        Incarnation = WireBytes.Wrap(opened.Incarnation.ToByteArray(bigEndian: true)),
        Namespace = WireBytes.Wrap(opened.Namespace),
        Fresh = opened.Fresh,
    };

    internal static IMessage ToProto(Registered registered) => new RegisteredEvent
    {
        Peer = WireBytes.Wrap(registered.Registration.Peer),
        Envelope = WireBytes.Wrap(registered.Registration.Envelope),
        Flavour = (uint)registered.Registration.Flavour,
        RecordSequence = registered.Registration.RecordSequence,
        TtlSeconds = registered.TtlSeconds,
        RegisteredAtUnixMs = registered.RegisteredAtUnixMilliseconds,
        Revision = registered.Revision,
        DeadlineAfterMs = registered.Registration.DeadlineUnixMilliseconds - registered.RegisteredAtUnixMilliseconds,
    };

    internal static IMessage ToProto(Refreshed refreshed) => new RefreshedEvent
    {
        Peer = WireBytes.Wrap(refreshed.Peer),
        TtlSeconds = refreshed.TtlSeconds,
        RegisteredAtUnixMs = refreshed.RegisteredAtUnixMilliseconds,
        Revision = refreshed.Revision,
        DeadlineAfterMs = refreshed.DeadlineUnixMilliseconds - refreshed.RegisteredAtUnixMilliseconds,
    };

    internal static IMessage ToProto(Unregistered unregistered) => new UnregisteredEvent
    {
        Peer = WireBytes.Wrap(unregistered.Peer),
        Revision = unregistered.Revision,
        DeadlineUnixMs = unregistered.DeadlineUnixMilliseconds,
    };

    internal static Opened ReadOpened(byte[] bytes)
    {
        OpenedEvent read = OpenedEvent.Parser.ParseFrom(bytes);
        return new Opened(new Guid(read.Incarnation.Span, bigEndian: true), WireBytes.ReadNamespace(read.Namespace), read.Fresh);
    }

    internal static Registered ReadRegistered(byte[] bytes)
    {
        RegisteredEvent read = RegisteredEvent.Parser.ParseFrom(bytes);
        var registration = new StoredRegistration(
            WireBytes.ReadPeer(read.Peer),
            WireBytes.OwnedArray(read.Envelope),
            WireBytes.ReadFlavour(read.Flavour),
            read.RecordSequence,
            read.Revision,
            read.RegisteredAtUnixMs + (read.TtlSeconds * 1000L),
            read.RegisteredAtUnixMs + read.DeadlineAfterMs);
        return new Registered(registration, read.TtlSeconds);
    }

    internal static Refreshed ReadRefreshed(byte[] bytes)
    {
        RefreshedEvent read = RefreshedEvent.Parser.ParseFrom(bytes);
        return new Refreshed(
            WireBytes.ReadPeer(read.Peer),
            read.TtlSeconds,
            read.RegisteredAtUnixMs,
            read.Revision,
            read.RegisteredAtUnixMs + read.DeadlineAfterMs);
    }

    internal static Unregistered ReadUnregistered(byte[] bytes)
    {
        UnregisteredEvent read = UnregisteredEvent.Parser.ParseFrom(bytes);
        return new Unregistered(WireBytes.ReadPeer(read.Peer), read.Revision, read.DeadlineUnixMs);
    }
}
