using System.Globalization;
using Microsoft.Data.Sqlite;
using RendezvousCluster.Registry.Files;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Whether a SQLite file and the log beside it are still those that this process has open, and whole. A row that is written to a file that
/// was deleted, replaced or cut off is committed, and lost.
/// </summary>
/// <remarks>
/// <para>
/// Two looks: a cheap one that only asks the system which files are there, before and after each commit; and one through a connection that
/// knows nothing yet, every two seconds, which also sees that another file was copied over this one.
/// </para>
/// <para>
/// Nothing of ours makes a file shorter. If one is shorter than it was, SQLite says whether that is in order: somebody may have compacted
/// it.
/// </para>
/// </remarks>
/// <param name="file">The file.</param>
internal sealed class SqliteFileWatch(string file)
{
    private const int ReadFailed = 10;
    private const int Corrupt = 11;
    private const int NoDatabase = 26;

    private readonly OpenFile _file = new(file);
    private readonly OpenFile _log = new(file + "-wal");
    private volatile StoreSeal? _seal;
    private volatile string? _damage;

    /// <summary>What is there now is what this process has open.</summary>
    public void Opened()
    {
        _file.Opened();
        _log.Opened();
    }

    /// <summary>The file says from now on that it is part of this store.</summary>
    public void Sealed(StoreSeal seal)
    {
        _seal = seal;
        Opened();
    }

    /// <summary>
    /// What has become of the files, in one sentence; null when all is well. Damage stays: what this process remembers of a file that was
    /// cut off or copied over does not fit together with what is in it any more.
    /// </summary>
    public string? Fault() => Look(isInside: false);

    /// <summary>The same, with a look into the file.</summary>
    public string? FaultInside() => Look(isInside: true);

    private string? Look(bool isInside)
    {
        if (_damage is { } known)
        {
            return known;
        }

        return _file.Look(out bool isShorter)
            ?? _log.Look(out bool isLogShorter)
            ?? (isInside || isShorter || isLogShorter ? LookInside(isShorter, isLogShorter) : null);
    }

    private string? LookInside(bool isShorter, bool isLogShorter)
    {
        try
        {
            using var connection = new SqliteConnection(SqliteDatabase.Build(file, SqliteOpenMode.ReadWrite, pooling: false));
            connection.Open();
            _damage = IsStranger(connection) ? $"Another file was copied over '{file}' while this server had it open."
                : isShorter && LacksPages(connection) ? CutOff
                : null;
            if (_damage is null && isShorter)
            {
                _file.MayBeShorter();
            }

            if (_damage is null && isLogShorter && IsFolded(connection))
            {
                _log.MayBeShorter();
            }
        }
        catch (SqliteException exception) when ((isShorter || isLogShorter) && IsDamage(exception.SqliteErrorCode, ReadFailed))
        {
            _damage = CutOff;
        }
        catch (SqliteException exception) when (IsDamage(exception.SqliteErrorCode))
        {
            _damage = $"The file '{file}' was changed from outside, or is damaged: {exception.Message}";
        }
        catch (SqliteException)
        {
            return null; // another program uses it, or the disk is full, or all descriptors are in use; the next look says more
        }

        return _damage;
    }

    private static bool IsDamage(int error, int other = Corrupt) => error is Corrupt or NoDatabase || error == other;

    private string CutOff =>
        $"The file '{file}', or the log beside it, was cut off while this server had it open.";

    private bool IsStranger(SqliteConnection connection) =>
        _seal is { } own && SqliteSeal.Read(connection) is var found && (found?.Id != own.Id || found.Generation != own.Generation);

    private bool LacksPages(SqliteConnection connection) =>
        FileLook.At(file) is { } look
        && look.LengthBytes < Number(connection, "PRAGMA page_count") * Number(connection, "PRAGMA page_size");

    // Whether all that stands in the log stands in the file too. SQLite has to read the log for it, and fails if it cannot.
    private static bool IsFolded(SqliteConnection connection)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "PRAGMA wal_checkpoint(PASSIVE)";
        using SqliteDataReader reader = command.ExecuteReader();
        return reader.Read() && reader.GetInt64(0) == 0 && reader.GetInt64(1) == reader.GetInt64(2);
    }

    private static long Number(SqliteConnection connection, string statement)
    {
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = statement;
        return Convert.ToInt64(command.ExecuteScalar(), CultureInfo.InvariantCulture);
    }
}
