namespace RendezvousCluster.Libp2p.Logging;

/// <summary>The summary for lines that say how often something happened, and what it was the last time.</summary>
internal sealed class Latest<TOccurrence>
{
    /// <summary>How often.</summary>
    public int Count { get; private set; }

    /// <summary>The last time.</summary>
    public TOccurrence? Last { get; private set; }

    /// <summary>Once more.</summary>
    public static void Add(Latest<TOccurrence> latest, TOccurrence occurrence)
    {
        latest.Count++;
        latest.Last = occurrence;
    }
}
