namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// What one limit has refused since the last warning, and from where most of it came. Sources beyond a fixed number are counted without
/// their names, so that an attack from everywhere takes no memory. Not thread-safe.
/// </summary>
internal sealed class RefusalTally
{
    private const int MaxSources = 256;

    private readonly Dictionary<string, int> _sources = [];

    /// <summary>How many.</summary>
    public int Count { get; private set; }

    /// <summary>One more.</summary>
    public void Add(string source)
    {
        Count++;
        if (_sources.Count < MaxSources || _sources.ContainsKey(source))
        {
            _sources[source] = _sources.GetValueOrDefault(source) + 1;
        }
    }

    /// <summary>Where most of it came from, and how much of it.</summary>
    public (string Source, int Count) MostFrequentSource
    {
        get
        {
            (string source, int fromThere) = _sources.MaxBy(pair => pair.Value);
            return (source, fromThere);
        }
    }
}
