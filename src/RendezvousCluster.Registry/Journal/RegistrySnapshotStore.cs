using Akka.Configuration;
using Akka.Event;
using Akka.Persistence;
using Akka.Persistence.Sql.Snapshot;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The plugin's snapshot store, except that a damaged snapshot is passed over: recovery goes on from the one before it and the events
/// behind that, which are kept for this. Without any snapshot it goes on from the first event; the entity notices if events are missing.
/// </summary>
internal sealed class RegistrySnapshotStore(Config snapshotConfig) : SqlSnapshotStore(snapshotConfig)
{
    private readonly ILoggingAdapter _log = Context.GetLogger();

    /// <inheritdoc/>
    protected override async Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        while (await base.LoadAsync(persistenceId, criteria, cancellationToken).ConfigureAwait(false) is { } selected)
        {
            if (selected.Snapshot is not UnreadableSnapshot unreadable)
            {
                return selected;
            }

            _log.Error(
                "The snapshot of {0} at event {1} is damaged and passed over: {2}",
                persistenceId,
                selected.Metadata.SequenceNr,
                unreadable.Reason);
            criteria = new SnapshotSelectionCriteria(
                selected.Metadata.SequenceNr - 1, criteria.MaxTimeStamp, criteria.MinSequenceNr, criteria.MinTimestamp);
        }

        return null;
    }
}
