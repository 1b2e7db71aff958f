using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Access;

/// <summary>The file of peers and networks that the point serves or does not: see <see cref="AccessList.Parse"/>.</summary>
internal static class AccessFile
{
    /// <summary>Reads it; everybody is served where none is given.</summary>
    /// <exception cref="ServerStartException">It cannot be read, or a line of it is not an entry.</exception>
    public static AccessList Read(string? path)
    {
        if (path is null)
        {
            return AccessList.Everybody;
        }

        try
        {
            return AccessList.Parse(File.ReadLines(path));
        }
        catch (FormatException exception)
        {
            throw new ServerStartException($"The access list '{path}' cannot be used: {exception.Message}", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new ServerStartException($"The access list '{path}' cannot be read: {exception.Message}", exception);
        }
    }
}
