using System.Runtime.InteropServices;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>
/// Gives a finished file its final name unless somebody has that name already. On Unix <see cref="File.Move(string, string, bool)"/> looks
/// first and renames then, and rename(2) replaces a file that came in between; a second hard link is refused by the kernel in one step.
/// </summary>
internal static partial class ExclusiveRename
{
    private const int AlreadyExists = 17; // EEXIST, the same number on Linux, macOS and the BSDs

    /// <summary>
    /// True when <paramref name="path"/> is now the file; false when another file has the name. The temporary name may remain.
    /// </summary>
    /// <exception cref="IOException">The file system refuses.</exception>
    public static bool TryMove(string temporaryPath, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(temporaryPath, path) == 0)
            {
                return true;
            }

            if (Marshal.GetLastPInvokeError() == AlreadyExists)
            {
                return false;
            }

            // A file system without hard links: the look-then-rename below is the best there is.
        }

        try
        {
            File.Move(temporaryPath, path, overwrite: false);
            return true;
        }
        catch (IOException) when (File.Exists(path))
        {
            return false;
        }
    }

    [LibraryImport("libc", EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Link(string existing, string another);
}
