using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using Akka.Persistence.Sql;
using Akka.Persistence.Sql.Config;
using Akka.Persistence.Sql.Journal;
using Akka.Serialization;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The plugin's journal, of which its tables, settings and protocol are left. A write of an owner demands that the row before it is the
/// last one (<see cref="JournalWriter"/>). When that row is lost the write is rejected, which leaves the owner alive: it is the one that
/// knows what the row said. It may then ask to mend the journal (<see cref="MendJournal"/>). An owner that wants to know only whether it
/// was replaced asks for the end (<see cref="LookAtJournalEnd"/>). Recoveries are read without the plugin's streams
/// (<see cref="JournalReader"/>), and events deleted a part at a time (<see cref="JournalTrim"/>).
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends in PostStop, which disposes of it.")]
internal class RegistryJournal : SqlWriteJournal
{
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;
    private readonly CancellationTokenSource _stopping = new();
    private readonly CancellationToken _stopped;

    // Under way, by journal. They end on other threads than the actor's.
    private readonly ConcurrentDictionary<string, Task> _writes = [];

    // Writers that have written before, by the string that an owner carries as its id for as long as it lives, and that goes with it.
    private readonly ConditionalWeakTable<string, object> _known = [];
    private readonly IJournalTransactions _transactions;
    private readonly JournalWriter _writer;
    private readonly JournalReader _reader;
    private readonly JournalTrim _trim;

    public RegistryJournal(Config journalConfig)
        : base(journalConfig)
    {
        var config = new JournalConfig(journalConfig.WithFallback(SqlPersistence.DefaultJournalConfiguration));
        JournalDataSetup setup = Context.System.Settings.Setup.Get<JournalDataSetup>() is { HasValue: true } given
            ? given.Value
            : throw new ConfigurationException("Nothing says how the journal opens its database.");
        _stopped = _stopping.Token;
        _transactions = setup.NewTransactions(config.WriteIsolationLevel);
        _writer = new JournalWriter(_transactions, config.DaoConfig.Parallelism, config.DaoConfig.BatchSize, _stopped, setup.Fault);
        _reader = new JournalReader(setup.Events, new RowGate(_serialization, RefusedReads.Of(Context.System)));
        _trim = new JournalTrim(setup.Events, config.WriteIsolationLevel);
    }

    /// <inheritdoc/>
    public override async Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        if (_writes.TryGetValue(persistenceId, out Task? write))
        {
            // Done or failed, it has to be over.
            await write.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        return await _reader.ReadEndAsync(persistenceId, fromSequenceNr, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// As a damaged event does, one that nobody here reads, or that cannot be got out of a damaged file, comes as what it is, so that its
    /// owner can answer for it.
    /// </summary>
    /// <inheritdoc/>
    public override async Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        long next = fromSequenceNr;
        try
        {
            await _reader.ReadEventsAsync(
                persistenceId,
                fromSequenceNr,
                toSequenceNr,
                max,
                read =>
                {
                    next = read.SequenceNr + 1;
                    recoveryCallback(read);
                },
                _stopped).ConfigureAwait(false);
        }
        catch (Exception exception) when (UnreadableEvent.From(exception) is { } unreadable)
        {
            recoveryCallback(new Persistent(unreadable, next, persistenceId));
        }
    }

    /// <summary>
    /// Leaves out what the plugin does here: it makes its own reader and writer, which nobody asks, and keeps messages back until then.
    /// </summary>
    protected override void PreStart()
    {
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _transactions.Dispose();
        base.PostStop();
    }

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        AtomicWrite[] writes = [.. messages];
        string id = writes[0].PersistenceId;
        JournalWrite.Row[] rows = [.. writes.SelectMany(atomic => (IEnumerable<IPersistentRepresentation>)atomic.Payload).Select(ToRow)];
        Task write = WriteAsync(
            new JournalWrite(id, writes[0].LowestSequenceNr - 1, rows, FollowsOwn: _known.TryGetValue(rows[0].Writer, out _)));
        _writes[id] = write;
        return ReportAsync(id, write, writes.Length);
    }

    /// <inheritdoc/>
    protected override Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken) =>
        _trim.DeleteToAsync(persistenceId, toSequenceNr, cancellationToken);

    /// <inheritdoc/>
    protected override bool ReceivePluginInternal(object message)
    {
        switch (message)
        {
            case MendJournal mend:
                MendAsync(mend).PipeTo(
                    Sender, success: () => new MendJournalEnded(null), failure: exception => new MendJournalEnded(CauseOf(exception)));
                return true;
            case LookAtJournalEnd look:
                _writer.WriteAsync(look.ToWrite()).PipeTo(
                    Sender, success: () => new JournalEndLookedAt(null), failure: exception => new JournalEndLookedAt(CauseOf(exception)));
                return true;
            default:
                return base.ReceivePluginInternal(message);
        }
    }

    private static Exception CauseOf(Exception exception) =>
        exception is AggregateException { InnerException: { } cause } ? cause : exception;

    private async Task WriteAsync(JournalWrite write)
    {
        await _writer.WriteAsync(write).ConfigureAwait(false);
        if (!write.FollowsOwn)
        {
            _known.TryAdd(write.Writer, this);
        }
    }

    private async Task<IImmutableList<Exception>> ReportAsync(string persistenceId, Task write, int writes)
    {
        // A write that was not rejected counts as null, as the base class wants it.
        PredecessorMissingException? rejection = null;
        try
        {
            await write.ConfigureAwait(false);
        }
        catch (PredecessorMissingException exception)
        {
            rejection = exception;
        }
        finally
        {
            _writes.TryRemove(KeyValuePair.Create(persistenceId, write));
        }

        return ImmutableList.CreateRange(Enumerable.Repeat<Exception>(rejection!, writes));
    }

    // The plugin notes itself as the writer, and so all owners of a node as one. Each owner has an id of its own.
    private JournalWrite.Row ToRow(IPersistentRepresentation representation)
    {
        var serializer = (SerializerWithStringManifest)_serialization.FindSerializerFor(representation.Payload);
        return new JournalWrite.Row(
            representation.SequenceNr,
            serializer.Identifier,
            serializer.Manifest(representation.Payload),
            serializer.ToBinary(representation.Payload),
            representation.WriterGuid);
    }

    private async Task MendAsync(MendJournal mend)
    {
        try
        {
            await WriteAsync(mend.ToWrite()).ConfigureAwait(false);
        }
        catch (Exception exception) when (DatabaseFailures.IsCollision(exception))
        {
            // It may have been done before, by a try whose outcome was unknown.
            JournalEnd last = await _reader.ReadLastAsync(mend.PersistenceId, _stopped).ConfigureAwait(false);
            if (last != new JournalEnd(mend.To, mend.Writer))
            {
                throw;
            }
        }
    }
}
