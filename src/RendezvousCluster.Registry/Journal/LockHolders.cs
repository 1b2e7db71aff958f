using System.Globalization;
using System.Runtime.InteropServices;

namespace RendezvousCluster.Registry.Journal;

/// <summary>Finds the holders of a lock on a file, as far as Linux tells.</summary>
internal static partial class LockHolders
{
    private const int OpenReadOnly = 0;
    private const int OpenCloseOnExec = 0x80000;

    private const long Root = 0;

    /// <summary>
    /// Whether every process that holds a lock on the file is of another user than this process, and not of root. False when nothing is
    /// known of one of them.
    /// </summary>
    public static bool AreStrangers(string file)
    {
        try
        {
            IReadOnlyList<int> holders = InodeOf(file) is { } inode ? Of(File.ReadAllText("/proc/locks"), inode) : [];
            long? self = UserOf("self");
            return holders.Count > 0 && self is not null && holders.All(
                process => UserOf(process.ToString(CultureInfo.InvariantCulture)) is { } user && user != self && user != Root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false; // no Linux, or one that does not tell
        }
    }

    /// <summary>
    /// The processes that hold a lock of a whole file on an inode. A process of another container has no number here and stands for 0.
    /// </summary>
    /// <param name="locks">The text of <c>/proc/locks</c>: number, kind, strictness, mode, process, device and inode, range.</param>
    /// <param name="inode">Of the file; one of the same number on another device may be taken for it, which makes the answer more
    /// careful.</param>
    internal static IReadOnlyList<int> Of(string locks, long inode) =>
    [
        .. from line in locks.Split('\n')
           let words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries)
           where words.Length >= 6 && words[1] is "FLOCK"
               && words[5].EndsWith($":{inode.ToString(CultureInfo.InvariantCulture)}", StringComparison.Ordinal)
           select int.TryParse(words[4], CultureInfo.InvariantCulture, out int process) ? process : 0,
    ];

    // .NET locks what it opens, and would be refused.
    private static long? InodeOf(string file)
    {
        int descriptor = Open(file, OpenReadOnly | OpenCloseOnExec);
        if (descriptor < 0)
        {
            return null;
        }

        try
        {
            return Value($"/proc/self/fdinfo/{descriptor}", "ino:");
        }
        finally
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "open", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    // The effective one is the second of the four.
    private static long? UserOf(string process) => Value($"/proc/{process}/status", "Uid:", word: 2);

    private static long? Value(string file, string key, int word = 1) => (
        from line in File.ReadLines(file)
        where line.StartsWith(key, StringComparison.Ordinal)
        let words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        where words.Length > word
        select long.TryParse(words[word], CultureInfo.InvariantCulture, out long value) ? value : (long?)null).FirstOrDefault();
}
