using System.Collections.Immutable;
using System.Data.Common;
using Akka.Actor;
using Akka.Configuration;
using Akka.Persistence;
using RendezvousCluster.Chaos;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>
/// The journal of production on a database that all nodes share, with its fence, except that on a schedule it refuses, forgets, stalls and
/// repeats what is asked of it.
/// </summary>
/// <remarks>
/// The base class keeps track of the writes under way in a dictionary of its own, so it is called on the actor's turn only: what is to
/// happen later is a message to itself. A message that still waits when the node ends has no effect.
/// </remarks>
internal sealed class FaultyJournal : RegistryJournal
{
    private const string Columns =
        "created, deleted, persistence_id, sequence_number, message, tags, manifest, identifier, writer_uuid";

    private readonly StoreDatabase _events = Context.System.Settings.Setup.Get<JournalDataSetup>().Value.Events;
    private readonly JournalFaults _faults;
    private readonly IScheduler _scheduler = Context.System.Scheduler;
    private readonly IActorRef _self = Context.Self;

    public FaultyJournal(Config config)
        : base(config) => _faults = JournalFaults.Named(config.GetString("faults"));

    /// <summary>The settings that put it in the place of a node's journal.</summary>
    public static string Configuration(JournalFaults faults) =>
        $$"""
        akka.persistence.journal.sql {
          class = "{{typeof(FaultyJournal).FullName}}, {{typeof(FaultyJournal).Assembly.GetName().Name}}"
          faults = "{{faults.Name}}"
          circuit-breaker.call-timeout = {{JournalFaults.CallTimeout.TotalMilliseconds}}ms
        }
        """;

    /// <inheritdoc/>
    public override async Task<long> ReadHighestSequenceNrAsync(
        string persistenceId, long fromSequenceNr, CancellationToken cancellationToken)
    {
        JournalFault? fault = _faults.NextRecovery();
        if (fault is { Kind: JournalFaultKind.FailedRecovery })
        {
            throw new JournalFaultException(JournalFaultKind.FailedRecovery);
        }

        long highest = await base.ReadHighestSequenceNrAsync(persistenceId, fromSequenceNr, cancellationToken);
        if (fault is { Kind: JournalFaultKind.SlowRecovery } slow)
        {
            await Schedule.PassAsync(JournalFaults.StallOf(slow), CancellationToken.None);
        }

        return highest;
    }

    /// <inheritdoc/>
    public override Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback)
    {
        bool repeats = _faults.TakeRowTwice();
        return base.ReplayMessagesAsync(context, persistenceId, fromSequenceNr, toSequenceNr, max, Recover);

        void Recover(IPersistentRepresentation row)
        {
            recoveryCallback(row);
            if (repeats)
            {
                repeats = false;
                recoveryCallback(row);
            }
        }
    }

    /// <inheritdoc/>
    protected override Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        AtomicWrite[] writes = [.. messages];
        return _faults.NextWrite() switch
        {
            { Kind: JournalFaultKind.Refused } => Task.FromResult<IImmutableList<Exception>>(
                [.. writes.Select(_ => new JournalFaultException(JournalFaultKind.Refused))]),
            { Kind: JournalFaultKind.Lost } => Task.FromException<IImmutableList<Exception>>(
                new JournalFaultException(JournalFaultKind.Lost)),
            { Kind: JournalFaultKind.Unheard } => UnheardAsync(base.WriteMessagesAsync(writes, cancellationToken)),
            { Kind: JournalFaultKind.Twice } => AgainAsync(writes, base.WriteMessagesAsync(writes, cancellationToken)),
            { } stall => LaterAsync(writes, JournalFaults.StallOf(stall)),
            null => base.WriteMessagesAsync(writes, cancellationToken),
        };
    }

    /// <inheritdoc/>
    protected override bool ReceivePluginInternal(object message)
    {
        if (message is not PostponedWrite postponed)
        {
            return base.ReceivePluginInternal(message);
        }

        postponed.Begin(base.WriteMessagesAsync(postponed.Writes, CancellationToken.None));
        return true;
    }

    private static async Task<IImmutableList<Exception>> UnheardAsync(Task<IImmutableList<Exception>> write)
    {
        await write;
        throw new JournalFaultException(JournalFaultKind.Unheard);
    }

    // The rows are sent again by something that does not look where the journal ends, so that only the unique key is in their way.
    private async Task<IImmutableList<Exception>> AgainAsync(AtomicWrite[] writes, Task<IImmutableList<Exception>> first)
    {
        IImmutableList<Exception> outcome = await first;
        await using DbConnection connection = await _events.OpenAsync(CancellationToken.None);
        await using DbCommand command = connection.NewCommand(
            $"INSERT INTO journal ({Columns}) SELECT {Columns} FROM journal WHERE persistence_id = @id AND sequence_number >= @from");
        command.With("@id", writes[0].PersistenceId).With("@from", writes[0].LowestSequenceNr);
        await command.ExecuteNonQueryAsync();
        return outcome;
    }

    private Task<IImmutableList<Exception>> LaterAsync(AtomicWrite[] writes, TimeSpan delay)
    {
        var postponed = new PostponedWrite(writes);
        _scheduler.ScheduleTellOnce(delay, _self, postponed, ActorRefs.NoSender);
        return postponed.Outcome;
    }

    /// <summary>A write whose turn comes later.</summary>
    private sealed class PostponedWrite(AtomicWrite[] writes) : INoSerializationVerificationNeeded
    {
        private readonly TaskCompletionSource<Task<IImmutableList<Exception>>> _begun =
            new(TaskCreationOptions.RunContinuationsAsynchronously);

        public AtomicWrite[] Writes => writes;

        public Task<IImmutableList<Exception>> Outcome => _begun.Task.Unwrap();

        public void Begin(Task<IImmutableList<Exception>> write) => _begun.SetResult(write);
    }
}
