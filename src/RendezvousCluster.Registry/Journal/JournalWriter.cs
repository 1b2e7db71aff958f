using System.Data;
using System.Data.Common;
using LinqToDB;
using LinqToDB.Data;

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
/// One look at the end of an index for each write, in the same command as the rows: no round trip.
/// </para>
/// <para><b>Together.</b>
/// A write that comes while as many transactions are under way as may be, waits and goes into the next one, up to a number of rows. When
/// one write of a transaction is refused, the others are written without it: its refusal is known, so no other owner has to wonder.
/// </para>
/// </remarks>
/// <param name="data">How to open a connection.</param>
/// <param name="isolation">Of the transactions.</param>
/// <param name="parallelism">How many transactions overlap.</param>
/// <param name="maxRows">How many rows one transaction takes; more only if one write has more.</param>
/// <param name="stopping">Ends what is under way.</param>
internal sealed class JournalWriter(
    DataOptions data, IsolationLevel isolation, int parallelism, int maxRows, CancellationToken stopping)
{
    /// <summary>How many writes wait; those beyond fail. Each owner has one at most.</summary>
    internal const int MaxWaiting = 5_000;

    private readonly Lock _lock = new();
    private readonly LinkedList<Waiting> _waiting = new();
    private int _running;

    /// <summary>Writes rows.</summary>
    /// <exception cref="PredecessorMissingException">The database has lost rows before them; nothing is written.</exception>
    /// <exception cref="OwnerReplacedException">There are rows behind their predecessor; nothing is written.</exception>
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
            List<Waiting> others = await TryCommitAsync(batch).ConfigureAwait(false);
            if (others.Count > 0)
            {
                await CommitAsync(others).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (batch.Count > 1 && DatabaseFailures.IsCollision(exception))
        {
            // Two owners wrote the same row at the same moment. Which of all it was, the database does not say.
            foreach (Waiting one in batch)
            {
                await CommitAsync([one]).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            batch.ForEach(one => one.Done.TrySetException(exception));
        }
    }

    // Answers what is to be written anew, without those that are refused.
    private async Task<List<Waiting>> TryCommitAsync(List<Waiting> batch)
    {
        var connection = new DataConnection(data);
        await using (connection.ConfigureAwait(false))
        {
            DbConnection session = await connection.OpenDbConnectionAsync(stopping).ConfigureAwait(false);
            DataConnectionTransaction transaction = await connection.BeginTransactionAsync(isolation, stopping).ConfigureAwait(false);
            await using (transaction.ConfigureAwait(false))
            {
                await using DbCommand command = session.CreateCommand();
                command.Transaction = connection.Transaction;
                JournalStatement.Fill(command, [.. batch.Select(one => one.Write)], TimeProvider.System.GetUtcNow());
                JournalEnd[] ends = await JournalStatement.RunAsync(command, batch.Count, stopping).ConfigureAwait(false);
                if (!batch.Where((one, at) => !one.Write.MayFollow(ends[at])).Any())
                {
                    await transaction.CommitAsync(stopping).ConfigureAwait(false);
                    batch.ForEach(one => one.Done.TrySetResult());
                    return [];
                }

                await transaction.RollbackAsync(stopping).ConfigureAwait(false);
                var others = new List<Waiting>(batch.Count);
                for (int i = 0; i < batch.Count; i++)
                {
                    if (batch[i].Write.MayFollow(ends[i]))
                    {
                        others.Add(batch[i]);
                    }
                    else
                    {
                        batch[i].Done.TrySetException(
                            await WhyNotAsync(session, batch[i].Write, ends[i].Sequence, stopping).ConfigureAwait(false));
                    }
                }

                return others;
            }
        }
    }

    private static async Task<Exception> WhyNotAsync(
        DbConnection session, JournalWrite write, long end, CancellationToken cancellationToken)
    {
        if (end >= write.Predecessor)
        {
            return new OwnerReplacedException(end, write.Predecessor);
        }

        await using DbCommand command = session.CreateCommand();
        string? last = await JournalStatement.WriterOfAsync(command, write.PersistenceId, end, cancellationToken).ConfigureAwait(false);
        return new PredecessorMissingException(end, write.Predecessor, write.Writer, isOwn: last == write.Writer);
    }

    private sealed record Waiting(JournalWrite Write)
    {
        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
