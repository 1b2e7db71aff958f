using System.Net.Sockets;

namespace RendezvousCluster.Registry.Journal;

/// <summary>How failures of database servers are told to an operator.</summary>
internal static class DatabaseFailures
{
    /// <summary>What a connection string without these parts, or one that is no connection string, is answered with.</summary>
    /// <remarks>The parser's own words stay out: a password with a ';' in it would stand in them.</remarks>
    internal static RegistryStartException UnreadableConnectionString(string example) => new(
        $"The connection string cannot be understood; it reads like {example}, and a value with ';' or '=' in it stands in double quotes.");

    internal static RegistryStartException MissingPart(string part, string example) => new(
        $"The connection string names no {part}; it reads like {example}.");

    /// <summary>The reason on the way to the server, if that is where it failed; null if the server itself answered.</summary>
    internal static string? OnTheWay(Exception exception)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case SocketException socket:
                    return socket.Message;
                case TimeoutException:
                    return "no answer in time";
                case EndOfStreamException:
                    return "the connection was closed";
            }
        }

        return null;
    }
}
