namespace RendezvousCluster.Registry.Readiness;

/// <summary>
/// What became of something that a node did many times in the last <see cref="Window"/>. Of the requests that peers send through it, one
/// that is refused by a rule or a limit is served; failed has one that nobody answered, or whose answer was that it cannot be served now.
/// Peers can make refusals at will, and failures only by failing the node.
/// </summary>
internal sealed class RecentOutcomes(TimeProvider time)
{
    /// <summary>
    /// Longer than a hand-over of shards and than the failure detector takes: what fails for so long does not mend itself in a moment.
    /// </summary>
    internal static readonly TimeSpan Window = TimeSpan.FromSeconds(20);

    private readonly Lock _lock = new();
    private readonly Second[] _seconds = new Second[(int)Window.TotalSeconds];

    /// <summary>It was done once, or failed.</summary>
    public void Count(bool isServed)
    {
        long second = Now();
        lock (_lock)
        {
            ref Second slot = ref _seconds[second % _seconds.Length];
            if (slot.Number != second)
            {
                slot = new Second { Number = second };
            }

            slot.Served += isServed ? 1 : 0;
            slot.Failed += isServed ? 0 : 1;
        }
    }

    /// <summary>How many there were.</summary>
    public (int Served, int Failed) Recent()
    {
        long oldest = Now() - _seconds.Length + 1;
        lock (_lock)
        {
            IEnumerable<Second> recent = _seconds.Where(second => second.Number >= oldest);
            return (recent.Sum(second => second.Served), recent.Sum(second => second.Failed));
        }
    }

    // From 1, so that a slot nobody wrote to is always old.
    private long Now() => (time.GetTimestamp() / time.TimestampFrequency) + 1 + _seconds.Length;

    private struct Second
    {
        public long Number;
        public int Served;
        public int Failed;
    }
}
