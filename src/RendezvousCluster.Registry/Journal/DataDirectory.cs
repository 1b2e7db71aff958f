namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The data directory, held by this process alone: two servers on one journal would refuse one another's writes for ever. The lock
/// is the operating system's on an open file, so it goes with the process however that ends; the file itself stays, and means nothing.
/// </summary>
internal sealed class DataDirectory : IDisposable
{
    internal const string LockFile = "registry.lock";

    private readonly FileStream _lock;

    private DataDirectory(string path, FileStream @lock)
    {
        Path = path;
        _lock = @lock;
    }

    /// <summary>Where it is, absolute.</summary>
    public string Path { get; }

    /// <summary>The file of the events.</summary>
    public string JournalFile => System.IO.Path.Combine(Path, "journal.db");

    /// <summary>The file of the snapshots, apart from the journal: in one file a snapshot would hold up every write.</summary>
    public string SnapshotFile => System.IO.Path.Combine(Path, "snapshots.db");

    /// <summary>Creates the directory if need be and takes it.</summary>
    /// <exception cref="RegistryStartException">It cannot be created or written to, or another process has it.</exception>
    public static DataDirectory Take(string path)
    {
        string absolute;
        try
        {
            absolute = System.IO.Path.GetFullPath(path);
            Directory.CreateDirectory(absolute);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new RegistryStartException($"The data directory '{path}' cannot be created: {exception.Message}", exception);
        }

        string file = System.IO.Path.Combine(absolute, LockFile);
        try
        {
            return new DataDirectory(absolute, new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new RegistryStartException($"The data directory '{absolute}' is not writable.", exception);
        }
        catch (IOException exception) when (File.Exists(file))
        {
            throw new RegistryStartException($"The data directory '{absolute}' is in use by another server.", exception);
        }
        catch (IOException exception)
        {
            throw new RegistryStartException($"The data directory '{absolute}' cannot be used: {exception.Message}", exception);
        }
    }

    public void Dispose() => _lock.Dispose();
}
