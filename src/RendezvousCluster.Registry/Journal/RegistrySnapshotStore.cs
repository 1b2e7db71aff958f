using Akka.Configuration;
using Akka.Hosting.Logging;
using Akka.Persistence;
using Akka.Persistence.Sql.Snapshot;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The plugin's snapshot store, except that it passes over a damaged snapshot: recovery goes on from the one before it and the events
/// behind that, which are kept for this. Without any snapshot it goes on from the first event; the entity notices if events are missing.
/// </summary>
internal sealed partial class RegistrySnapshotStore(Config snapshotConfig) : SqlSnapshotStore(snapshotConfig)
{
    // The plugin makes this actor, so what it needs comes with the actor system.
    private readonly ILogger _logger =
        Context.System.Settings.Setup.Get<LoggerFactorySetup>() is { HasValue: true, Value: var setup }
            ? setup.LoggerFactory.CreateLogger<RegistrySnapshotStore>()
            : NullLogger.Instance;

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

            LogDamaged(_logger, persistenceId, selected.Metadata.SequenceNr, unreadable.Reason);
            criteria = new SnapshotSelectionCriteria(
                selected.Metadata.SequenceNr - 1, criteria.MaxTimeStamp, criteria.MinSequenceNr, criteria.MinTimestamp);
        }

        return null;
    }

    [LoggerMessage(2006, LogLevel.Error, "The snapshot of {Entity} at event {Sequence} is damaged and passed over: {Reason}")]
    private static partial void LogDamaged(ILogger logger, string entity, long sequence, string reason);
}
