using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>A write, and what follows for when it takes effect.</summary>
/// <param name="Write">The write; not one that failed.</param>
/// <param name="SeenFrom">From when on everybody has to see it; <see cref="Never"/> when nobody knows.</param>
/// <param name="LastEffect">The last moment at which it can begin to be seen; <see cref="Never"/> when there is none.</param>
/// <param name="LastDecision">The last moment at which a copy of it may be decided, and so its TTL begin.</param>
internal sealed record KnownWrite(RegistryWrite Write, long SeenFrom, long LastEffect, long LastDecision)
{
    /// <summary>Later than everything.</summary>
    public const long Never = long.MaxValue / 2;

    /// <summary>The earliest time at which what it registers can expire.</summary>
    public long ExpiresFrom => Write.Invoked + Write.Ttl - Allowances.ClockTolerance;

    /// <summary>The latest time at which what it registers can expire.</summary>
    public long ExpiresTo => LastDecision + Write.Ttl + Allowances.ClockTolerance;

    /// <summary>Whether this is surely over before another one of the same peer, who does one thing at a time, begins.</summary>
    public bool Precedes(KnownWrite later) => LastEffect <= later.Write.Invoked;
}
