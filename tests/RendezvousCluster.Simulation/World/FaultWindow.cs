namespace RendezvousCluster.Simulation.World;

/// <summary>A span of time in which something goes wrong now and then.</summary>
internal sealed class FaultWindow
{
    private long _until = -1;

    /// <summary>How much: so many of a thousand, or milliseconds.</summary>
    public long Amount { get; private set; }

    /// <summary>Opens it, in place of what was there.</summary>
    public void Open(long until, long amount)
    {
        _until = until;
        Amount = amount;
    }

    public void Close() => _until = -1;

    public bool IsOpen(long now) => now < _until;

    /// <summary>Whether it strikes this time, when the amount is out of a thousand.</summary>
    public bool Hits(long now, SeededSequence random) => IsOpen(now) && random.Chance((int)Amount);
}
