using System.Data;
using Akka.Configuration;
using RendezvousCluster.Registry.Files;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Two SQLite files in a data directory that this process holds alone. They know each other (<see cref="StorePair"/>), and the store knows
/// whether they are still there (<see cref="SqliteFileWatch"/>).
/// </summary>
/// <param name="dataDirectory">Where they are.</param>
/// <param name="acceptedLoss">The word by which an operator accepts that they do not fit together; null for none.</param>
internal sealed class SqliteStore(string dataDirectory, string? acceptedLoss = null) : IRegistryStore
{
    private readonly List<string> _remarks = [];
    private DataDirectory? _directory;
    private SqliteDatabase? _journal;
    private SqliteDatabase? _snapshots;
    private StoreSeal? _seal;

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public string Identity { get; } = Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public string? Place => _directory?.Path;

    /// <inheritdoc/>
    public string? Fault => _journal?.Watch.Fault() ?? _snapshots?.Watch.Fault();

    /// <inheritdoc/>
    public string? Trouble => Fault ?? _journal?.Trouble;

    /// <inheritdoc/>
    public IReadOnlyList<string> Remarks => [.. _directory?.Remarks ?? [], .. _remarks];

    /// <inheritdoc/>
    public Config Configuration => EmbeddedFile.ReadConfiguration(typeof(SqliteStore), "sqlite.conf");

    /// <inheritdoc/>
    public StoreDatabase? Events => _journal?.Database;

    /// <inheritdoc/>
    public StoreDatabase? Snapshots => _snapshots?.Database;

    /// <inheritdoc/>
    public IJournalTransactions NewTransactions(IsolationLevel isolation) =>
        _journal?.NewTransactions() ?? throw new InvalidOperationException("The store is not prepared.");

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken)
    {
        _directory = DataDirectory.Take(dataDirectory);
        RefuseLooseLog(_directory.JournalFile);
        RefuseLooseLog(_directory.SnapshotFile);
        _journal = new SqliteDatabase(_directory.JournalFile);
        _snapshots = new SqliteDatabase(_directory.SnapshotFile);
        _journal.Open();
        _snapshots.Open();
        _seal = Compare(_journal, _snapshots);
        Seal(SealPhase.Open);
        _journal.MakeTables(EmbeddedFile.Read(typeof(SqliteStore), "sqlite-journal.sql"));
        _snapshots.MakeTables(EmbeddedFile.Read(typeof(SqliteStore), "sqlite-snapshots.sql"));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public IDatabaseServer? Server => null;

    /// <summary>A file that was opened is there, and <see cref="Fault"/> says if it is not. Looks into the files for that.</summary>
    public Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        _ = _journal?.Watch.FaultInside() ?? _snapshots?.Watch.FaultInside();
        return Task.FromResult(_directory is not null);
    }

    /// <inheritdoc/>
    public Task<bool> TakesWritesAsync(CancellationToken cancellationToken) =>
        _journal is null || Fault is not null ? Task.FromResult(false) : _journal.TakesWritesAsync(cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<string>> FindDamageAsync(CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>>([.. _journal?.FindDamage() ?? [], .. _snapshots?.FindDamage() ?? []]);

    /// <inheritdoc/>
    public void Dispose()
    {
        SealClosed();
        _journal?.Dispose();
        _snapshots?.Dispose();
        _directory?.Dispose();
        _directory = null;
    }

    private void SealClosed()
    {
        if (_seal is null || Fault is not null)
        {
            return;
        }

        try
        {
            Seal(SealPhase.Closed);
        }
        catch (RegistryStartException)
        {
            return; // the disk is full, for one; without the seal only less is known of copies from before
        }
        finally
        {
            _seal = null;
        }
    }

    // SQLite throws away the log of an empty file.
    private static void RefuseLooseLog(string file)
    {
        if (FileLook.At(file) is { LengthBytes: 0 } && FileLook.At(file + "-wal") is { LengthBytes: > 0 })
        {
            throw new RegistryStartException(
                $"The database file '{file}' is lost, and its log '{file}-wal' is there: bring the file back, or move the log away.");
        }
    }

    private StoreSeal Compare(SqliteDatabase journal, SqliteDatabase snapshots)
    {
        FileFinding events = journal.Use(connection => SqliteSeal.Find(connection, "journal"));
        FileFinding states = snapshots.Use(connection => SqliteSeal.Find(connection, "snapshot"));
        if (StorePair.FaultOf(events, states) is not { } fault)
        {
            StoreSeal seal = events.Seal ?? states.Seal ?? StoreSeal.New();
            return seal with { IsEmptyAccepted = seal.IsEmptyAccepted && !events.HasRows };
        }

        string word = StorePair.WordFor(events, states);
        if (acceptedLoss != word)
        {
            throw new RegistryStartException(StorePair.Refusal($"directory '{Place}'", fault, word));
        }

        _remarks.Add($"The registry's data in '{Place}' is not whole, as accepted: {fault}.");
        return StoreSeal.New(isEmptyAccepted: !events.HasRows);
    }

    private void Seal(SealPhase phase)
    {
        StoreSeal next = _seal!.Next(phase);
        Write(_journal!, next with { Phase = SealPhase.Sealing });
        Write(_snapshots!, next);
        Write(_journal!, next);
        _seal = next;
    }

    private static void Write(SqliteDatabase database, StoreSeal seal)
    {
        database.Use(connection =>
        {
            SqliteSeal.Write(connection, seal);
            return seal;
        });
        database.Watch.Sealed(seal);
    }
}
