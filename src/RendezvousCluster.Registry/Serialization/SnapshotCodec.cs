using Google.Protobuf;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Registry.Serialization.Proto;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>A namespace's snapshot to and from protobuf. In the store it stands behind a checksum (<see cref="CheckedBytes"/>).</summary>
internal static class SnapshotCodec
{
    internal static IMessage ToProto(NamespaceSnapshot snapshot)
    {
        var message = new NamespaceSnapshotMessage
        {
            Namespace = WireBytes.Wrap(snapshot.Namespace),
            Sequence = snapshot.Sequence,
            LastRevision = snapshot.LastRevision,
            PreviousSnapshot = snapshot.PreviousSnapshot,
            DeletedTo = snapshot.DeletedTo,
            Run = WireBytes.WrapRun(snapshot.Run),
            ClockOffsetMs = snapshot.ClockOffsetMilliseconds,
        };
        message.Registrations.Capacity = snapshot.Registrations.Count;
        foreach (StoredRegistration registration in snapshot.Registrations)
        {
            message.Registrations.Add(new NamespaceSnapshotMessage.Types.Registration
            {
                Peer = WireBytes.Wrap(registration.Peer),
                Envelope = WireBytes.Wrap(registration.Envelope),
                Flavour = (uint)registration.Flavour,
                RecordSequence = registration.RecordSequence,
                Revision = registration.Revision,
                ExpiresAtUnixMs = registration.ExpiresAtUnixMilliseconds + snapshot.ClockOffsetMilliseconds,
                DeadlineBeforeExpiryMs = registration.ExpiresAtUnixMilliseconds - registration.DeadlineUnixMilliseconds,
                TtlSeconds = registration.TtlSeconds,
                IsEstimated = registration.IsEstimated,
            });
        }

        message.Unregistered.AddRange(snapshot.Unregistered.Select(entry =>
            new NamespaceSnapshotMessage.Types.Unregistration
            {
                Peer = WireBytes.Wrap(entry.Peer),
                DeadlineUnixMs = entry.DeadlineUnixMilliseconds + snapshot.ClockOffsetMilliseconds,
            }));
        return message;
    }

    /// <exception cref="InvalidDataException">The snapshot holds a value that is never written.</exception>
    /// <exception cref="InvalidProtocolBufferException">The bytes are not such a message.</exception>
    internal static NamespaceSnapshot Read(ReadOnlyMemory<byte> bytes)
    {
        NamespaceSnapshotMessage read = NamespaceSnapshotMessage.Parser.ParseFrom(bytes.Span);
        return new NamespaceSnapshot(
            WireBytes.ReadNamespace(read.Namespace),
            read.Sequence,
            read.LastRevision,
            [.. read.Registrations.Select(registration => Read(registration, read.ClockOffsetMs))],
            [.. read.Unregistered.Select(entry => (WireBytes.ReadPeer(entry.Peer), entry.DeadlineUnixMs - read.ClockOffsetMs))],
            read.PreviousSnapshot,
            read.DeletedTo)
        {
            Run = WireBytes.ReadRun(read.Run),
            ClockOffsetMilliseconds = read.ClockOffsetMs,
        };
    }

    private static StoredRegistration Read(NamespaceSnapshotMessage.Types.Registration read, long clockOffset) => new(
        WireBytes.ReadPeer(read.Peer),
        WireBytes.OwnedArray(read.Envelope),
        WireBytes.ReadFlavour(read.Flavour),
        read.RecordSequence,
        read.Revision,
        read.ExpiresAtUnixMs - clockOffset,
        read.ExpiresAtUnixMs - clockOffset - read.DeadlineBeforeExpiryMs,
        read.TtlSeconds,
        read.IsEstimated);
}
