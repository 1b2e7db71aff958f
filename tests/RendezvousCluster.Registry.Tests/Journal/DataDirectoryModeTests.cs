using System.Runtime.Versioning;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>What other users of the machine may do with the data directory: nothing.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class DataDirectoryModeTests : IDisposable
{
    private const UnixFileMode ForAll = (UnixFileMode)0b110_100_100;
    private const UnixFileMode DirectoryForAll = (UnixFileMode)0b111_101_101;

    private readonly TemporaryDirectory _temporary = new();

    [Fact]
    public async Task New_files_are_for_the_user_of_the_server_alone()
    {
        string path = Path.Combine(_temporary.Path, "data");
        using var store = new SqliteStore(path);

        await store.PrepareAsync(CancellationToken.None);

        Assert.Equal(OwnerOnly.DirectoryMode, File.GetUnixFileMode(path));
        string[] files = Directory.GetFiles(path);
        Assert.Contains(Path.Combine(path, "journal.db-wal"), files);
        Assert.All(files, file => Assert.Equal((file, OwnerOnly.FileMode), (file, File.GetUnixFileMode(file))));
        Assert.Empty(store.Remarks);
    }

    [Fact]
    public async Task Existing_files_with_wider_modes_are_narrowed_and_logged()
    {
        string path = _temporary.Path;
        File.SetUnixFileMode(path, DirectoryForAll);
        string[] names = [DataDirectory.LockFile, DataDirectory.EarlierLockFile, "journal.db", "snapshots.db"];
        foreach (string name in names)
        {
            await File.WriteAllTextAsync(Path.Combine(path, name), string.Empty);
            File.SetUnixFileMode(Path.Combine(path, name), ForAll);
        }

        using var store = new SqliteStore(path);
        await store.PrepareAsync(CancellationToken.None);

        Assert.Equal(OwnerOnly.DirectoryMode, File.GetUnixFileMode(path));
        Assert.All(Directory.GetFiles(path), file => Assert.Equal((file, OwnerOnly.FileMode), (file, File.GetUnixFileMode(file))));
        Assert.Equal(1 + names.Length, store.Remarks.Count);
        Assert.All(
            store.Remarks,
            remark => Assert.Matches("was open to other users of this machine \\(mode 0(755|644)\\); its mode is 0[67]00 now", remark));
    }

    /// <summary>A setgid bit is how some give new files their group; it lets nobody in.</summary>
    [Fact]
    public void Special_bits_stay()
    {
        File.SetUnixFileMode(_temporary.Path, DirectoryForAll | UnixFileMode.SetGroup);

        DataDirectory.Take(_temporary.Path).Dispose();

        Assert.Equal(OwnerOnly.DirectoryMode | UnixFileMode.SetGroup, File.GetUnixFileMode(_temporary.Path));
    }

    /// <summary>
    /// Only root can start a process as somebody else; run as another user this looks at the lock of its own user, which counts.
    /// </summary>
    [Fact]
    public async Task A_lock_that_a_stranger_took_on_a_file_of_an_earlier_version_does_not_stop_a_start()
    {
        string path = _temporary.Path, earlier = Path.Combine(path, DataDirectory.EarlierLockFile),
            journal = Path.Combine(path, "journal.db");
        await File.WriteAllTextAsync(earlier, string.Empty);
        await File.WriteAllTextAsync(journal, string.Empty);
        File.SetUnixFileMode(path, DirectoryForAll);
        File.SetUnixFileMode(earlier, ForAll);
        File.SetUnixFileMode(journal, ForAll);
        await using ChildProcess stranger = Lock(earlier, journal);
        Assert.Equal("locked", await stranger.ReadLineAsync().Within());

        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Contains(
                "in use by another server", Assert.Throws<RegistryStartException>(() => DataDirectory.Take(path)).Message,
                StringComparison.Ordinal);
            return;
        }

        using (DataDirectory directory = DataDirectory.Take(path))
        {
            Assert.Contains(
                directory.Remarks, remark => remark.Contains("Another user of this machine holds a lock", StringComparison.Ordinal));
            Assert.Contains(
                "in use by another server", Assert.Throws<RegistryStartException>(() => DataDirectory.Take(path)).Message,
                StringComparison.Ordinal);
        }
    }

    /// <summary>The lock of a server of an earlier version, which runs as the same user, counts as ever.</summary>
    [Fact]
    public void A_server_of_an_earlier_version_is_not_run_over()
    {
        using var earlier = new FileStream(
            Path.Combine(_temporary.Path, DataDirectory.EarlierLockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);

        Assert.Equal(
            $"The data directory '{_temporary.Path}' is in use by another server.",
            Assert.Throws<RegistryStartException>(() => DataDirectory.Take(_temporary.Path)).Message);
    }

    [Fact]
    public void A_directory_that_is_held_holds_off_a_server_of_an_earlier_version()
    {
        using DataDirectory directory = DataDirectory.Take(_temporary.Path);

        Assert.Throws<IOException>(() =>
            new FileStream(
                Path.Combine(_temporary.Path, DataDirectory.EarlierLockFile), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
    }

    public void Dispose() => _temporary.Dispose();

    private static ChildProcess Lock(params string[] files)
    {
        string[] flock = ["flock", "-F", "-x", files[0], "flock", "-F", "-x", files[1], "sh", "-c", "echo locked; exec sleep 60"];
        string[] asStranger = Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=nobody", "--clear-groups", .. flock] : flock;
        return ChildProcess.Start("a stranger", asStranger[0], asStranger[1..], "/");
    }
}
