using System.Data.Common;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Writes rows of journals, those of many owners in one transaction, and sees to it that no owner writes behind a row that is not the last
/// of its journal.
/// </summary>
/// <remarks>
/// <para><b>The demand.</b>
/// A unique key refuses a second row with the same number; it does not miss the row before. A database that has lost its newest rows (a
/// copy that lagged takes its place, or it is restored) would take row n + 1 all the same, on top of a hole. And an owner that stood still
/// for so long that the row it would collide with is deleted would write into that place. So each write says which row has to be the last
/// one, and nothing is committed unless it is: <see cref="PredecessorMissingException"/> when the journal ends before it,
/// <see cref="OwnerReplacedException"/> when it goes on behind it.
/// </para>
/// <para>
/// A number alone does not tell a row that is lost from one that another owner has written into its place since. So a writer that has
/// written before also demands that the row is its own.
/// </para>
/// <para><b>What it costs.</b>
/// One look at the end of an index for each write, in the same transaction as the rows and without a round trip of its own:
/// <see cref="ServerTransactions"/>, <see cref="SqliteTransactions"/>.
/// </para>
/// <para><b>Into what.</b>
/// A file that was deleted or replaced takes commits as ever. So before and after each one it is asked whether the file is there that is
/// open, and a commit to another one counts as failed (<see cref="StoreFaultException"/>).
/// </para>
/// <para><b>Together.</b>
/// A write that comes while as many transactions are under way as may be, waits and goes into the next one, up to a number of rows. When
/// one write of a transaction is refused, the others are written without it: its refusal is known, so no other owner has to wonder.
/// </para>
/// </remarks>
/// <param name="transactions">What it commits with.</param>
/// <param name="parallelism">How many transactions overlap.</param>
/// <param name="maxRows">How many rows one transaction takes; more only if one write has more.</param>
/// <param name="stopping">Ends what is under way.</param>
/// <param name="fault">As <see cref="IRegistryStore.Fault"/>; null when nobody can say.</param>
internal sealed class JournalWriter(
    IJournalTransactions transactions, int parallelism, int maxRows, CancellationToken stopping, Func<string?>? fault = null)
{
    /// <summary>How many writes wait; those beyond fail. Each owner has one at most.</summary>
    internal const int MaxWaiting = 5_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = new();
    private int _running;

    /// <summary>Writes rows.</summary>
    /// <exception cref="PredecessorMissingException">The database has lost rows before them; nothing is written.</exception>
    /// <exception cref="OwnerReplacedException">There are rows behind their predecessor; nothing is written.</exception>
    /// <exception cref="StoreFaultException">What is written is lost.</exception>
    /// <exception cref="DbException">The database does not take them, or nobody knows whether it did.</exception>
    public Task WriteAsync(JournalWrite write)
    {
        var waiting = new Waiting(write);
        lock (_lock)
        {
            if (_waiting.Count >= MaxWaiting)
            {
                return Task.FromException(new InvalidOperationException($"{MaxWaiting} writes wait for the database already."));
            }

            _waiting.AddLast(waiting);
            if (_running >= parallelism)
            {
                return waiting.Done.Task;
            }

            _running++;
        }

        _ = Task.Run(RunAsync, CancellationToken.None);
        return waiting.Done.Task;
    }

    private async Task RunAsync()
    {
        while (TakeBatch() is { Count: > 0 } batch)
        {
            await CommitAsync(batch).ConfigureAwait(false);
        }
    }

    // Of one journal at most one write, the oldest: the second demands what the first one leaves.
    private List<Waiting> TakeBatch()
    {
        lock (_lock)
        {
            var batch = new List<Waiting>();
            var journals = new HashSet<string>();
            int rows = 0;
            for (LinkedListNode<Waiting>? node = _waiting.First; node is not null && rows < maxRows;)
            {
                LinkedListNode<Waiting>? next = node.Next;
                if (journals.Add(node.Value.Write.PersistenceId)
                    && (batch.Count == 0 || rows + node.Value.Write.Rows.Count <= maxRows))
                {
                    batch.Add(node.Value);
                    rows += node.Value.Write.Rows.Count;
                    _waiting.Remove(node);
                }

                node = next;
            }

            _running -= batch.Count == 0 ? 1 : 0;
            return batch;
        }
    }

    private async Task CommitAsync(List<Waiting> batch)
    {
        try
        {
            ThrowIfLost();
            Exception?[] outcomes =
                await transactions.CommitAsync([.. batch.Select(one => one.Write)], stopping).ConfigureAwait(false);
            ThrowIfLost();
            for (int i = 0; i < batch.Count; i++)
            {
                batch[i].End(outcomes[i]);
            }
        }
        catch (Exception exception)
        {
            batch.ForEach(one => one.End(exception));
        }
    }

    private void ThrowIfLost()
    {
        if (fault?.Invoke() is { } reason)
        {
            throw new StoreFaultException(reason);
        }
    }

    private sealed record Waiting(JournalWrite Write)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public void End(Exception? failure)
        {
            if (failure is null)
            {
                Done.TrySetResult();
            }
            else
            {
                Done.TrySetException(failure);
            }
        }
    }
}
