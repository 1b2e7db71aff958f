using Microsoft.Win32.SafeHandles;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>What makes a file fit to hold a secret: that nobody but its owner can read or write it.</summary>
/// <remarks>
/// A credential of systemd (<c>LoadCredential=</c>) belongs to root, and the service's user may read it by an access list, which shows as a
/// right of its group. The folder, which systemd names to the service, lets in that user and root only.
/// </remarks>
internal static class PrivateFile
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Where systemd puts the credentials of this process; set in its environment.</summary>
    internal const string CredentialsVariable = "CREDENTIALS_DIRECTORY";

    /// <summary>Whether others can get at it. On the open handle, not on the name: what is checked is what is read.</summary>
    /// <param name="handle">The file.</param>
    /// <param name="path">Its name.</param>
    public static bool IsOpenToOthers(SafeFileHandle handle, string path) =>
        !OperatingSystem.IsWindows()
        && IsOpenToOthers(File.GetUnixFileMode(handle), path, Environment.GetEnvironmentVariable(CredentialsVariable));

    /// <summary>The same, of a mode.</summary>
    /// <param name="mode">Who may do what with the file.</param>
    /// <param name="path">Its name.</param>
    /// <param name="credentials">The folder of credentials; null when this process has none.</param>
    internal static bool IsOpenToOthers(UnixFileMode mode, string path, string? credentials)
    {
        bool isCredential = credentials is { Length: > 0 }
            && Path.GetDirectoryName(Path.GetFullPath(path)) == Path.TrimEndingDirectorySeparator(credentials);
        return (mode & (isCredential ? Others & ~UnixFileMode.GroupRead : Others)) != 0;
    }

    /// <summary>The end of a sentence that begins with the file: what is wrong, and what to do.</summary>
    public static string Advice(string path) => $"is open to other users of this machine; run: chmod 600 '{path}'.";
}
