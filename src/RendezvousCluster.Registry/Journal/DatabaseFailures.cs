using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Data.Sqlite;

namespace RendezvousCluster.Registry.Journal;

/// <summary>The messages to an operator about failures of database servers.</summary>
internal static class DatabaseFailures
{
    private const int ConstraintFailed = 19;

    /// <summary>The class of SQLSTATE that a unique violation belongs to.</summary>
    private const string IntegrityViolated = "23";

    /// <summary>The message for a connection string without these parts, and for text that is not a connection string.</summary>
    /// <remarks>The parser's own words stay out: a password with a ';' in it would stand in them.</remarks>
    internal static RegistryStartException UnreadableConnectionString(string example) => new(
        $"The connection string cannot be understood; it reads like {example}, and a value with ';' or '=' in it stands in double quotes.");

    internal static RegistryStartException MissingPart(string part, string example) => new(
        $"The connection string names no {part}; it reads like {example}.");

    /// <summary>
    /// Whether a row could not be written because another one is in its place: the database is well, and there is another owner.
    /// </summary>
    internal static bool IsCollision(Exception? exception) => exception switch
    {
        null => false,
        OwnerReplacedException => true,
        AggregateException several => several.InnerExceptions.Any(IsCollision),
        SqliteException { SqliteErrorCode: ConstraintFailed } => true,
        DbException { SqlState: { } state } when state.StartsWith(IntegrityViolated, StringComparison.Ordinal) => true,
        _ => IsCollision(exception.InnerException),
    };

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
