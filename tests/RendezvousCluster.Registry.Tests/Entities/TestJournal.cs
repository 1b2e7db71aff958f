using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Akka.Actor;
using Akka.Persistence;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>What the test does to the journal of its actor system, and what it saw.</summary>
internal sealed class JournalControl
{
    private static readonly ConditionalWeakTable<ActorSystem, JournalControl> BySystem = [];

    private readonly Channel<int> _writes = Channel.CreateBounded<int>(10_000);

    private readonly Channel<(string PersistenceId, long ToSequence)> _deletes = Channel.CreateBounded<(string, long)>(10_000);

    /// <summary>Deletions that were made.</summary>
    public ChannelReader<(string PersistenceId, long ToSequence)> Deletes => _deletes.Reader;

    /// <summary>Sizes of the writes that were asked for, as they start.</summary>
    public ChannelReader<int> Writes => _writes.Reader;

    /// <summary>Runs before the rows are stored; throws or waits as the test likes.</summary>
    public Func<Task> BeforeCommit { get; set; } = () => Task.CompletedTask;

    /// <summary>Runs after the rows are stored: throwing here is a commit whose acknowledgement is lost.</summary>
    public Func<Task> AfterCommit { get; set; } = () => Task.CompletedTask;

    public static JournalControl Of(ActorSystem system) => BySystem.GetValue(system, _ => new JournalControl());

    public void Deleted(string persistenceId, long toSequence) => _deletes.Writer.TryWrite((persistenceId, toSequence));

    public void Started(int rows) => _writes.Writer.TryWrite(rows);
}

/// <summary>A journal in memory that fails, stalls or loses its acknowledgement when told to.</summary>
internal sealed class TestJournal : ProcessJournal
{
    public const string Config = """
        akka.persistence.journal.plugin = "akka.persistence.journal.test"
        akka.persistence.journal.test {
          class = "RendezvousCluster.Registry.Tests.Entities.TestJournal, RendezvousCluster.Registry.Tests"
          plugin-dispatcher = "akka.actor.default-dispatcher"
        }
        """;

    private readonly JournalControl _control = JournalControl.Of(Context.System);

    protected override async Task<IImmutableList<Exception>> WriteMessagesAsync(
        IEnumerable<AtomicWrite> messages, CancellationToken cancellationToken)
    {
        List<AtomicWrite> writes = [.. messages];
        _control.Started(writes.Sum(write => ((IImmutableList<IPersistentRepresentation>)write.Payload).Count));
        await _control.BeforeCommit();
        IImmutableList<Exception> rejections = await base.WriteMessagesAsync(writes, cancellationToken);
        await _control.AfterCommit();
        return rejections;
    }

    protected override async Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr, CancellationToken cancellationToken)
    {
        await base.DeleteMessagesToAsync(persistenceId, toSequenceNr, cancellationToken);
        _control.Deleted(persistenceId, toSequenceNr);
    }
}
