using Microsoft.Win32.SafeHandles;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Server.Options;

/// <summary>
/// A setting that stands in a file of its own, so that it can be mounted and kept from others. One that others can read is warned of and
/// not refused, unlike a private key: what is mounted into a container is open there by default, to nobody.
/// </summary>
internal static partial class SecretFile
{
    /// <summary>Its text without the line break at the end; null when there is no file to read.</summary>
    /// <param name="path">The file.</param>
    /// <param name="logger">Where a warning goes when others can read it.</param>
    /// <exception cref="ServerStartException">It cannot be read, or is empty.</exception>
    public static string? Read(string? path, ILogger logger)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            using SafeFileHandle handle = File.OpenHandle(path);
            if (PrivateFile.IsOpenToOthers(handle, path))
            {
                LogOpen(logger, path, PrivateFile.Advice(path));
            }

            using var file = new FileStream(handle, FileAccess.Read, bufferSize: 0);
            using var reader = new StreamReader(file);
            string text = reader.ReadToEnd().Trim();
            return text.Length > 0 ? text : throw new ServerStartException($"The file '{path}' is empty.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ServerStartException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }

    [LoggerMessage(3122, LogLevel.Warning, "The file '{Path}' {Advice}")]
    private static partial void LogOpen(ILogger logger, string path, string advice);
}
