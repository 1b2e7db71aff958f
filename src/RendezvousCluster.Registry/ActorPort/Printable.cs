namespace RendezvousCluster.Registry.ActorPort;

/// <summary>Words of somebody else for a log: one line, printable, short.</summary>
internal static class Printable
{
    /// <summary>More is cut off.</summary>
    internal const int MaxLength = 80;

    /// <summary>The same words, with a question mark for whatever is not printable ASCII.</summary>
    public static string Of(string text)
    {
        string printable = string.Concat(text.Take(MaxLength).Select(character => character is >= ' ' and <= '~' ? character : '?'));
        return text.Length > MaxLength ? $"{printable}..." : printable;
    }
}
