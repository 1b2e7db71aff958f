using Akka.Actor;
using Akka.Persistence.Journal;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The toolkit's journal in the memory of this process, which also says where the journal of an owner ends
/// (<see cref="LookAtJournalEnd"/>).
/// </summary>
internal class ProcessJournal : MemoryJournal
{
    /// <inheritdoc/>
    protected override bool ReceivePluginInternal(object message)
    {
        if (message is not LookAtJournalEnd look)
        {
            return base.ReceivePluginInternal(message);
        }

        LookAsync(look).PipeTo(
            Sender, success: cause => new JournalEndLookedAt(cause), failure: exception => new JournalEndLookedAt(exception));
        return true;
    }

    // Nothing is ever lost here, so a number is enough: each row that follows is another owner's.
    private async Task<Exception?> LookAsync(LookAtJournalEnd look)
    {
        long found = await ReadHighestSequenceNrAsync(look.PersistenceId, 0, CancellationToken.None).ConfigureAwait(false);
        JournalWrite write = look.ToWrite();
        return write.WhyNot(new JournalEnd(found, write.Writer));
    }
}
