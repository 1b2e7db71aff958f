using Akka.Event;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>What the toolkit reports, by the words in which it does, which are its own.</summary>
internal static class ToolkitWords
{
    /// <summary>The type of what it reports when a connection between nodes has ended.</summary>
    internal const string EndOfConnection = "Akka.Remote.EndpointDisassociatedException";

    /// <summary>The type of what it reports when a message is larger than a frame between nodes may be.</summary>
    internal const string Oversized = "Akka.Remote.OversizedPayloadException";

    /// <summary>What a node reports that sent the others its sign of life late.</summary>
    internal const string LateHeartbeat = " - Scheduled sending of heartbeat was delayed. ";

    /// <summary>What a region reports, after its name, that drops requests.</summary>
    internal const string FullBuffer = ": Buffer is full, dropping message ";

    /// <summary>What a region says, after its name, while it has requests and knows no coordinator, or has no answer from it.</summary>
    internal static IReadOnlyList<string> Waiting { get; } =
        [": No coordinator found to register. ", ": Trying to register to coordinator at [", ": Requested shard homes ["];

    /// <summary>What an event is about, and, where a region says it, which.</summary>
    public static (ToolkitNews News, string Region) Read(LogEvent said)
    {
        string text = said.Message?.ToString() ?? string.Empty;
        return said switch
        {
            Error { Cause: { } cause } when cause.GetType().FullName == EndOfConnection => (ToolkitNews.EndOfConnection, string.Empty),
            Error { Cause: { } cause } when cause.GetType().FullName == Oversized => (ToolkitNews.Oversized, string.Empty),
            Warning when text.Contains(LateHeartbeat, StringComparison.Ordinal) => (ToolkitNews.LateHeartbeat, string.Empty),
            Warning when Before(text, FullBuffer) is { } region => (ToolkitNews.FullBuffer, region),
            Warning when Waiting.Select(words => Before(text, words)).FirstOrDefault(region => region is not null) is { } region =>
                (ToolkitNews.Waiting, region),
            _ => (ToolkitNews.Other, string.Empty),
        };
    }

    private static string? Before(string text, string words) =>
        text.IndexOf(words, StringComparison.Ordinal) is > 0 and var end ? text[..end] : null;
}

/// <summary>What the toolkit reports that this program says in its own words.</summary>
internal enum ToolkitNews
{
    /// <summary>Anything else.</summary>
    Other,

    /// <summary>A connection between nodes has ended.</summary>
    EndOfConnection,

    /// <summary>A message is too large for another node.</summary>
    Oversized,

    /// <summary>A sign of life went out late.</summary>
    LateHeartbeat,

    /// <summary>A region drops requests.</summary>
    FullBuffer,

    /// <summary>A region does not know where its shards live.</summary>
    Waiting,
}
