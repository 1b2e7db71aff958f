using RendezvousCluster.Core.Namespaces;

namespace RendezvousCluster.Registry.Tests.Serialization;

/// <summary>All that a snapshot says, as a text to compare: records with lists do not compare by content.</summary>
internal static class SnapshotText
{
    public static string Of(NamespaceSnapshot snapshot) =>
        $"{snapshot.Namespace} {snapshot.Sequence} {snapshot.LastRevision} {snapshot.PreviousSnapshot} {snapshot.DeletedTo} "
        + $"{snapshot.Run} {snapshot.ClockOffsetMilliseconds}\n"
        + string.Join('\n', snapshot.Registrations.Select(Of)) + "\n"
        + string.Join('\n', snapshot.Unregistered);

    public static string Of(StoredRegistration registration) =>
        $"{registration.Peer} {registration.Flavour} {registration.RecordSequence} {registration.Revision} "
        + $"{registration.ExpiresAtUnixMilliseconds} "
        + $"{registration.TtlSeconds} {registration.IsEstimated} "
        + $"{registration.DeadlineUnixMilliseconds} {Convert.ToHexString(registration.Envelope)}";
}
