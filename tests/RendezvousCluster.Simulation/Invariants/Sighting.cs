namespace RendezvousCluster.Simulation.Invariants;

/// <summary>A registration as a client found it.</summary>
/// <param name="Version">Which record.</param>
/// <param name="RemainingSeconds">How long it has left.</param>
/// <param name="From">When the page was asked for.</param>
/// <param name="To">When it came.</param>
/// <param name="Node">At which node.</param>
internal readonly record struct Sighting(int Version, long RemainingSeconds, long From, long To, int Node)
{
    /// <summary>The earliest time at which it can expire. An entry with a second left may have less.</summary>
    public long ExpiresFrom => RemainingSeconds == 1 ? From : From + (RemainingSeconds * 1000);

    /// <summary>The latest time at which it can expire.</summary>
    public long ExpiresTo => To + (RemainingSeconds * 1000) + 999;
}
