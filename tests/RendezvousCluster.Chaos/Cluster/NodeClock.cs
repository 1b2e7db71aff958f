using System.Globalization;

namespace RendezvousCluster.Chaos.Cluster;

/// <summary>
/// A wall clock of its own for a process, by way of libfaketime: it is ahead or behind, and steps while the process runs. The clock that
/// only goes forward, by which timers run, stays true. It is a library because all processes of a machine share the real one.
/// </summary>
internal sealed class NodeClock
{
    private const string Package = "faketime";
    private const string Libraries = "/usr/lib";
    private const string SharedMemory = "/dev/shm";

    /// <summary>After so long a process has noticed that its clock was set.</summary>
    public static readonly TimeSpan Notice = TimeSpan.FromSeconds(2);

    private readonly string _library;
    private readonly string _file;

    /// <param name="folder">Where the file lives from which the process learns its time.</param>
    /// <exception cref="InvalidOperationException">The library is not installed.</exception>
    public NodeClock(string folder)
    {
        _library = Find();
        _file = Path.Combine(folder, "clock");
        Set(TimeSpan.Zero);
    }

    /// <summary>How far the clock is ahead.</summary>
    public TimeSpan Offset { get; private set; }

    /// <summary>What goes before the command of the process: <c>env</c> with the variables that the library reads.</summary>
    public IReadOnlyList<string> Prefix =>
    [
        "env", $"LD_PRELOAD={_library}", $"FAKETIME_TIMESTAMP_FILE={_file}",
        "FAKETIME_DONT_FAKE_MONOTONIC=1",
        "FAKETIME_CACHE_DURATION=0", // looked at once a second: at every reading, it would take most of the processor
        "NO_FAKE_STAT=1", // files keep their times
    ];

    /// <summary>Steps the clock, from one reading to the next, within <see cref="Notice"/>.</summary>
    public void Set(TimeSpan offset)
    {
        // Moved into place, so that nobody reads half of it.
        File.WriteAllText($"{_file}.new", string.Create(CultureInfo.InvariantCulture, $"{offset.TotalSeconds:+0.000;-0.000}\n"));
        File.Move($"{_file}.new", _file, overwrite: true);
        Offset = offset;
    }

    /// <summary>
    /// Takes away the names of what the library shares among the children of the process, of which it has none: it would leave them behind
    /// when it is killed.
    /// </summary>
    public static void Unshare(int process)
    {
        File.Delete($"{SharedMemory}/faketime_shm_{process}");
        File.Delete($"{SharedMemory}/sem.faketime_sem_{process}");
    }

    private static string Find() =>
        (Directory.Exists(Libraries) ? Directory.GetDirectories(Libraries) : [])
            .Select(folder => Path.Combine(folder, "faketime", "libfaketimeMT.so.1")).FirstOrDefault(File.Exists)
        ?? throw new InvalidOperationException($"libfaketime is missing; on Debian it comes with: apt-get install {Package}");
}
