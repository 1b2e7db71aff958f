using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>How many transactions writes take: all that waits goes together.</summary>
public sealed class JournalWriterBatchTests : IDisposable
{
    private readonly HeldTransactions _transactions = new();

    [Fact]
    public async Task Writes_that_come_during_a_commit_go_into_the_next_one_together()
    {
        var writer = new JournalWriter(_transactions, parallelism: 1, maxRows: 200, CancellationToken.None);
        Task first = writer.WriteAsync(Write("first", rows: 1));
        await _transactions.Begun.WaitAsync().Within();

        Task[] others = [.. Enumerable.Range(0, 100).Select(id => writer.WriteAsync(Write($"other{id}", rows: 2)))];
        _transactions.LetGo();
        await Task.WhenAll([first, .. others]).Within();

        Assert.Equal([1, 100], _transactions.Sizes);
    }

    [Fact]
    public async Task A_transaction_takes_no_more_rows_than_it_may_unless_one_write_has_more()
    {
        var writer = new JournalWriter(_transactions, parallelism: 1, maxRows: 50, CancellationToken.None);
        Task first = writer.WriteAsync(Write("first", rows: 1));
        await _transactions.Begun.WaitAsync().Within();

        Task[] others =
        [
            writer.WriteAsync(Write("large", rows: 70)),
            .. Enumerable.Range(0, 6).Select(id => writer.WriteAsync(Write($"other{id}", rows: 20))),
        ];
        _transactions.LetGo();
        await Task.WhenAll([first, .. others]).Within();

        Assert.Equal([1, 1, 2, 2, 2], _transactions.Sizes);
    }

    [Fact]
    public async Task A_journal_has_one_write_in_a_transaction()
    {
        var writer = new JournalWriter(_transactions, parallelism: 1, maxRows: 50, CancellationToken.None);
        Task first = writer.WriteAsync(Write("first", rows: 1));
        await _transactions.Begun.WaitAsync().Within();

        Task[] others = [.. Enumerable.Range(0, 3).Select(_ => writer.WriteAsync(Write("same", rows: 1)))];
        _transactions.LetGo();
        await Task.WhenAll([first, .. others]).Within();

        Assert.Equal([1, 1, 1, 1], _transactions.Sizes);
    }

    public void Dispose() => _transactions.Dispose();

    private static JournalWrite Write(string id, int rows) => new(
        id, 0, [.. Enumerable.Range(1, rows).Select(row => new JournalWrite.Row(row, 7301, "eo", [1, 2, 3], "writer"))]);

    /// <summary>The first transaction waits until it may go on.</summary>
    private sealed class HeldTransactions : IJournalTransactions
    {
        private readonly TaskCompletionSource _mayGoOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public SemaphoreSlim Begun { get; } = new(0);

        /// <summary>How many writes each transaction had.</summary>
        public List<int> Sizes { get; } = [];

        public void LetGo() => _mayGoOn.SetResult();

        public async Task<Exception?[]> CommitAsync(IReadOnlyList<JournalWrite> writes, CancellationToken cancellationToken)
        {
            Sizes.Add(writes.Count);
            Begun.Release();
            await _mayGoOn.Task;
            return new Exception?[writes.Count];
        }

        public void Dispose() => Begun.Dispose();
    }
}
