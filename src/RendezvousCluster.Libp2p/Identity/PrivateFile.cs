using Microsoft.Win32.SafeHandles;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>What makes a file fit to hold a secret: that nobody but its owner can read or write it.</summary>
internal static class PrivateFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Whether others can get at it. On the open handle, not on the name: what is checked is what is read.</summary>
    public static bool IsOpenToOthers(SafeFileHandle handle) =>
        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(handle) & Others) != 0;

    /// <summary>The end of a sentence that begins with the file: what is wrong, and what to do.</summary>
    public static string Advice(string path) => $"is open to other users of this machine; run: chmod 600 '{path}'.";
}
