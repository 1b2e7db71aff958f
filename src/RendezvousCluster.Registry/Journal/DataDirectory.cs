namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// The data directory, held by this process alone: two servers on one journal would refuse one another's writes for ever. The lock
/// is the operating system's on an open file, so it goes with the process however that ends; the file itself stays, and means nothing.
/// </summary>
/// <remarks>
/// A user who can open a file, if only to read it, can lock it and keep a server from starting. So the directory and the files are for the
/// server's user alone (<see cref="OwnerOnly"/>), and narrowed before they are trusted. Earlier versions made <see cref="EarlierLockFile"/>
/// for all to read, and a stranger who opened it then may hold it still; therefore it has a say only against servers of those versions, and
/// one that is held by strangers has none.
/// </remarks>
internal sealed class DataDirectory : IDisposable
{
    /// <summary>What counts; made for the server's user alone from its first version on.</summary>
    internal const string LockFile = "server.lock";

    /// <summary>What servers of earlier versions hold.</summary>
    internal const string EarlierLockFile = "registry.lock";

    private readonly List<string> _remarks = [];
    private readonly List<FileStream> _locks = [];

    private DataDirectory(string path) => Path = path;

    /// <summary>Where it is, absolute.</summary>
    public string Path { get; }

    /// <summary>What an operator should know of how it was found.</summary>
    public IReadOnlyList<string> Remarks => _remarks;

    /// <summary>The file of the events.</summary>
    public string JournalFile => System.IO.Path.Combine(Path, "journal.db");

    /// <summary>The file of the snapshots, apart from the journal: in one file a snapshot would hold up every write.</summary>
    public string SnapshotFile => System.IO.Path.Combine(Path, "snapshots.db");

    /// <summary>Creates the directory if need be and takes it.</summary>
    /// <exception cref="RegistryStartException">It cannot be created or written to, or another process has it.</exception>
    public static DataDirectory Take(string path)
    {
        DataDirectory directory;
        try
        {
            directory = new DataDirectory(System.IO.Path.GetFullPath(path));
            OwnerOnly.CreateDirectory(directory.Path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException
            or NotSupportedException)
        {
            throw new RegistryStartException($"The data directory '{path}' cannot be created: {exception.Message}", exception);
        }

        try
        {
            directory.Take();
            return directory;
        }
        catch
        {
            directory.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _locks.ForEach(held => held.Dispose());

    private void Take()
    {
        try
        {
            Narrow(Path);
            Hold(LockFile);
            HoldEarlier();
            foreach (string database in (string[])[JournalFile, SnapshotFile])
            {
                // SQLite gives the files beside it the mode of the file.
                OwnerOnly.CreateFile(database);
                Array.ForEach(["", "-wal", "-shm"], suffix => Narrow(database + suffix));
            }
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new RegistryStartException(
                Directory.Exists(JournalFile) || Directory.Exists(SnapshotFile)
                    ? $"A database file cannot be opened for writing, because a directory is in its place in '{Path}'."
                    : $"The data directory '{Path}' is not writable.",
                exception);
        }
        catch (IOException exception)
        {
            throw new RegistryStartException($"The data directory '{Path}' cannot be used: {exception.Message}", exception);
        }
    }

    private void Hold(string name)
    {
        string file = System.IO.Path.Combine(Path, name);
        Narrow(file);
        OwnerOnly.CreateFile(file);
        try
        {
            _locks.Add(new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException exception) when (File.Exists(file))
        {
            throw InUse(exception);
        }
    }

    private void HoldEarlier()
    {
        string file = System.IO.Path.Combine(Path, EarlierLockFile);
        try
        {
            Hold(EarlierLockFile);
        }
        catch (RegistryStartException)
        {
            if (!LockHolders.AreStrangers(file))
            {
                throw;
            }

            _remarks.Add($"Another user of this machine holds a lock on '{file}', which was open to all; it is passed over.");
        }
        catch (UnauthorizedAccessException)
        {
            // A server of an earlier version could not hold it either.
            _remarks.Add($"'{file}' belongs to another user of this machine; it is passed over.");
        }
    }

    private RegistryStartException InUse(Exception exception) =>
        new($"The data directory '{Path}' is in use by another server.", exception);

    private void Narrow(string path)
    {
        if (OwnerOnly.Narrow(path) is { } remark)
        {
            _remarks.Add(remark);
        }
    }
}
