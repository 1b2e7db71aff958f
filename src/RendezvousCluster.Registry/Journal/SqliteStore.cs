using System.Data;
using Akka.Configuration;
using LinqToDB;

namespace RendezvousCluster.Registry.Journal;

/// <summary>Two SQLite files in a data directory that this process holds alone.</summary>
internal sealed class SqliteStore(string dataDirectory) : IRegistryStore
{
    private DataDirectory? _directory;
    private SqliteDatabase? _journal;
    private SqliteDatabase? _snapshots;

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public string Identity { get; } = Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public string? Place => _directory?.Path;

    /// <inheritdoc/>
    public string? Trouble => _journal?.Trouble;

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => _directory?.Remarks ?? [];

    /// <inheritdoc/>
    public Config Configuration => EmbeddedFile.ReadConfiguration(typeof(SqliteStore), "sqlite.conf");

    /// <inheritdoc/>
    public DataOptions? JournalData => _journal?.ToDataOptions();

    /// <inheritdoc/>
    public DataOptions? SnapshotData => _snapshots?.ToDataOptions();

    /// <inheritdoc/>
    public IJournalTransactions NewTransactions(IsolationLevel isolation) =>
        _journal?.NewTransactions() ?? throw new InvalidOperationException("The store is not prepared.");

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        _directory = DataDirectory.Take(dataDirectory);
        _journal = new SqliteDatabase(_directory.JournalFile);
        _snapshots = new SqliteDatabase(_directory.SnapshotFile);
        _journal.Prepare(EmbeddedFile.Read(typeof(SqliteStore), "sqlite-journal.sql"));
        _snapshots.Prepare(EmbeddedFile.Read(typeof(SqliteStore), "sqlite-snapshots.sql"));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IDatabaseServer? Server => null;

    /// <summary>A file that was opened is there.</summary>
    public Task<bool> AnswersAsync(CancellationToken cancellationToken) => Task.FromResult(_directory is not null);

    /// <inheritdoc/>
    public Task<bool> TakesWritesAsync(CancellationToken cancellationToken) =>
        _journal is null ? Task.FromResult(false) : _journal.TakesWritesAsync(cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        _journal?.Close();
        _snapshots?.Close();
        _directory?.Dispose();
        _directory = null;
    }
}
