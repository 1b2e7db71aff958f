using Akka.Configuration;
using Akka.Hosting.Logging;
using Akka.Persistence;
using Akka.Persistence.Snapshot;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The plugin's snapshot store on statements of our own (<see cref="SnapshotTable"/>), except that it passes over a damaged snapshot:
/// recovery goes on from the one before it and the events behind that, which are kept for this. Without any snapshot it goes on from the
/// first event; the entity notices if events are missing. A snapshot that is ahead of its journal proves that events are lost, which the
/// journal itself does not show, and gets a line in the log.
/// </summary>
/// <remarks>It takes the plugin's settings, and not its class, which sets its library of queries up when it is made.</remarks>
internal sealed partial class RegistrySnapshotStore : SnapshotStore
{
    // The plugin makes this actor, so what it needs comes with the actor system.
    private readonly ILogger _logger =
        Context.System.Settings.Setup.Get<LoggerFactorySetup>() is { HasValue: true, Value: var setup }
            ? setup.LoggerFactory.CreateLogger<RegistrySnapshotStore>()
            : NullLogger.Instance;

    private readonly Func<string?> _fault;
    private readonly SnapshotTable _table;
    private readonly JournalReader _journal;

    public RegistrySnapshotStore(Config snapshotConfig)
    {
        var config = new SnapshotConfig(snapshotConfig.WithFallback(SqlPersistence.DefaultSnapshotConfiguration));
        JournalDataSetup data = Context.System.Settings.Setup.Get<JournalDataSetup>() is { HasValue: true } given
            ? given.Value
            : throw new ConfigurationException("Nothing says how the snapshot store opens its database.");
        var gate = new RowGate(Context.System.Serialization, RefusedReads.Of(Context.System));
        _fault = data.Fault;
        _table = new SnapshotTable(data.Snapshots, config.WriteIsolationLevel, Context.System.Serialization, gate);
        _journal = new JournalReader(data.Events, gate);
    }

    /// <inheritdoc/>
    protected override async Task<SelectedSnapshot?> LoadAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken)
    {
        while (await _table.LoadAsync(persistenceId, criteria, cancellationToken).ConfigureAwait(false) is { } selected)
        {
            if (selected.Snapshot is not UnreadableSnapshot unreadable)
            {
                await CompareAsync(selected.Metadata, cancellationToken).ConfigureAwait(false);
                return selected;
            }

            LogDamaged(_logger, persistenceId, selected.Metadata.SequenceNr, unreadable.Reason);
            criteria = new SnapshotSelectionCriteria(
                selected.Metadata.SequenceNr - 1, criteria.MaxTimeStamp, criteria.MinSequenceNr, criteria.MinTimestamp);
        }

        return null;
    }

    /// <summary>A snapshot in a file that is lost must not count as saved: events would be deleted for it.</summary>
    /// <inheritdoc/>
    protected override async Task SaveAsync(SnapshotMetadata metadata, object snapshot, CancellationToken cancellationToken)
    {
        await _table.SaveAsync(metadata, snapshot, cancellationToken).ConfigureAwait(false);
        if (_fault() is { } fault)
        {
            throw new StoreFaultException(fault);
        }
    }

    /// <inheritdoc/>
    protected override Task DeleteAsync(SnapshotMetadata metadata, CancellationToken cancellationToken) =>
        _table.DeleteAsync(metadata, cancellationToken);

    /// <inheritdoc/>
    protected override Task DeleteAsync(
        string persistenceId, SnapshotSelectionCriteria criteria, CancellationToken cancellationToken) =>
        _table.DeleteAsync(persistenceId, criteria, cancellationToken);

    // The last row of a journal stays when events are deleted. Its owner closes the hole when it writes its fence.
    private async Task CompareAsync(SnapshotMetadata snapshot, CancellationToken cancellationToken)
    {
        long last = await _journal.ReadEndAsync(snapshot.PersistenceId, 0, cancellationToken).ConfigureAwait(false);
        if (last < snapshot.SequenceNr)
        {
            LogAhead(_logger, snapshot.PersistenceId, last, snapshot.SequenceNr);
        }
    }

    [LoggerMessage(
        2014, LogLevel.Error,
        "The journal of {Entity} ends with event {End}, before the snapshot of it at event {Sequence}: the journal is lost, or an older "
        + "copy. The snapshot counts, and what was acknowledged behind it is lost")]
    private static partial void LogAhead(ILogger logger, string entity, long end, long sequence);

    [LoggerMessage(2006, LogLevel.Error, "The snapshot of {Entity} at event {Sequence} is damaged and passed over: {Reason}")]
    private static partial void LogDamaged(ILogger logger, string entity, long sequence, string reason);
}
