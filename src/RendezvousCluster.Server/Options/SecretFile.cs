using RendezvousCluster.Server.Hosting;

namespace RendezvousCluster.Server.Options;

/// <summary>A setting that stands in a file of its own, so that it can be mounted and kept from others.</summary>
internal static class SecretFile
{
    /// <summary>Its text without the line break at the end; null when there is no file to read.</summary>
    /// <exception cref="ServerStartException">It cannot be read, or is empty.</exception>
    public static string? Read(string? path)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            string text = File.ReadAllText(path).Trim();
            return text.Length > 0 ? text : throw new ServerStartException($"The file '{path}' is empty.");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ServerStartException($"The file '{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
