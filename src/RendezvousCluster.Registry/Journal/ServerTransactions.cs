using System.Data;
using System.Data.Common;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Transactions on a database that is asked over a network: what counts is how often a write waits for it. Where each journal ends is asked
/// in the same command that writes the rows (<see cref="JournalStatement"/>), and looked at before the commit.
/// </summary>
/// <param name="database">How to open a connection.</param>
/// <param name="isolation">Of the transactions.</param>
internal sealed class ServerTransactions(StoreDatabase database, IsolationLevel isolation) : IJournalTransactions
{
    /// <inheritdoc/>
    public async Task<Exception?[]> CommitAsync(IReadOnlyList<JournalWrite> writes, CancellationToken cancellationToken)
    {
        try
        {
            Exception?[] refusals = await TryCommitAsync(writes, cancellationToken).ConfigureAwait(false);
            int refused = refusals.Count(refusal => refusal is not null);
            if (refused == 0 || refused == writes.Count)
            {
                return refusals;
            }

            // Nothing is written yet: the others go without those that are refused.
            Exception?[] others = await CommitAsync(
                [.. writes.Where((_, at) => refusals[at] is null)], cancellationToken).ConfigureAwait(false);
            int next = 0;
            return [.. refusals.Select(refusal => refusal ?? others[next++])];
        }
        catch (Exception exception) when (writes.Count > 1 && DatabaseFailures.IsCollision(exception))
        {
            // Two owners wrote the same row at the same moment. Which of all it was, the database does not say.
            var outcomes = new Exception?[writes.Count];
            for (int i = 0; i < writes.Count; i++)
            {
                outcomes[i] = await CommitAloneAsync(writes[i], cancellationToken).ConfigureAwait(false);
            }

            return outcomes;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        // Connections are the driver's, which keeps those that wait for reuse.
    }

    private async Task<Exception?> CommitAloneAsync(JournalWrite write, CancellationToken cancellationToken)
    {
        try
        {
            return (await TryCommitAsync([write], cancellationToken).ConfigureAwait(false))[0];
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    // Nothing is written if one is refused.
    private async Task<Exception?[]> TryCommitAsync(IReadOnlyList<JournalWrite> writes, CancellationToken cancellationToken)
    {
        await using DbConnection session = await database.OpenAsync(cancellationToken).ConfigureAwait(false);
        await using DbTransaction transaction = await session.BeginTransactionAsync(isolation, cancellationToken).ConfigureAwait(false);
        await using DbCommand command = session.CreateCommand();
        command.Transaction = transaction;
        JournalStatement.Fill(command, writes, TimeProvider.System.GetUtcNow());
        JournalEnd[] ends = await JournalStatement.RunAsync(command, writes.Count, cancellationToken).ConfigureAwait(false);
        var refusals = new Exception?[writes.Count];
        if (!writes.Where((write, at) => !write.MayFollow(ends[at])).Any())
        {
            await transaction.CommitAsync(cancellationToken).ConfigureAwait(false);
            return refusals;
        }

        await transaction.RollbackAsync(cancellationToken).ConfigureAwait(false);
        for (int i = 0; i < writes.Count; i++)
        {
            refusals[i] = await WhyNotAsync(session, writes[i], ends[i], cancellationToken).ConfigureAwait(false);
        }

        return refusals;
    }

    private static async Task<Exception?> WhyNotAsync(
        DbConnection session, JournalWrite write, JournalEnd end, CancellationToken cancellationToken)
    {
        if (end.Sequence >= write.Predecessor)
        {
            return write.WhyNot(end);
        }

        // The command asked for the writer of another row than the one that is the last.
        await using DbCommand command = session.CreateCommand();
        string? last =
            await JournalStatement.WriterOfAsync(command, write.PersistenceId, end.Sequence, cancellationToken).ConfigureAwait(false);
        return write.WhyNot(end with { Writer = last });
    }
}
