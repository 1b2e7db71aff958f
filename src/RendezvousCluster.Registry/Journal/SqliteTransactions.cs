namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Transactions on a file of our own: what counts is the work in the process. One connection is kept, with statements that are prepared
/// once. Where a journal ends is looked up inside the transaction that writes behind it, so a write that is refused leaves the others
/// alone.
/// </summary>
/// <remarks>
/// <para><b>One row a statement.</b>
/// A statement for many rows is compiled anew for each number of rows, and SQLite finds a parameter by going through all of them: a
/// transaction of a hundred rows then takes twenty times the work for each row.
/// </para>
/// <para><b>After a failure</b>
/// the connection is closed, which takes back what is not committed, and the next transaction opens another one: nothing of a trouble that
/// is over is left in it.
/// </para>
/// <para><b>Closing</b>
/// does not wait for a transaction under way, which closes the connection itself when it is over: a disk that stands still would hold up
/// the actor that closes. The database as a whole does wait, for a limited time, as its folder is given to others then
/// (<see cref="SqliteDatabase.Close"/>).
/// </para>
/// </remarks>
internal sealed class SqliteTransactions(SqliteDatabase database) : IJournalTransactions
{
    private readonly Lock _using = new();
    private SqliteSession? _session;
    private volatile bool _isClosed;

    /// <inheritdoc/>
    public Task<Exception?[]> CommitAsync(IReadOnlyList<JournalWrite> writes, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            return Task.FromResult(Commit(writes));
        }
        finally
        {
            CloseIfClosed();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _isClosed = true;
        CloseIfClosed();
    }

    /// <summary>The same, when a transaction under way is over.</summary>
    public void Close(TimeSpan atMost)
    {
        _isClosed = true;
        CloseIfClosed(atMost);
    }

    private Exception?[] Commit(IReadOnlyList<JournalWrite> writes)
    {
        lock (_using)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this);
            _session ??= new SqliteSession(database.OpenOwn());
            try
            {
                return _session.Commit(writes, TimeProvider.System.GetUtcNow());
            }
            catch
            {
                _session.Dispose();
                _session = null;
                throw;
            }
        }
    }

    // A transaction that has the lock while this is closed looks again once it has given the lock back.
    private void CloseIfClosed(TimeSpan atMost = default)
    {
        if (!_isClosed || !_using.TryEnter(atMost))
        {
            return;
        }

        try
        {
            _session?.Dispose();
            _session = null;
        }
        finally
        {
            _using.Exit();
        }
    }
}
