using RendezvousCluster.Chaos.History;

namespace RendezvousCluster.Chaos.Checking;

/// <summary>A write, and what follows for when it takes effect.</summary>
/// <param name="Write">The write; not one that failed.</param>
/// <param name="SeenFrom">From when on everybody has to see it; <see cref="Never"/> when nobody knows.</param>
/// <param name="LastEffect">The last moment at which it can begin to be seen; <see cref="Never"/> when there is none.</param>
/// <param name="LastDecision">The last moment at which a copy of it may be decided, and so its TTL begin.</param>
/// <param name="Clocks">How far clocks were apart: when it expires depends on whose clock it was decided by, and on whose it is asked for
/// by.</param>
internal sealed record KnownWrite(RegistryWrite Write, long SeenFrom, long LastEffect, long LastDecision, ClockSpread Clocks)
{
    /// <summary>Later than everything.</summary>
    public const long Never = long.MaxValue / 2;

    /// <summary>The earliest time at which what it registers can expire, by whichever clock is looked at until a moment.</summary>
    public long ExpiresFrom(long seen) => Write.Invoked + Write.Ttl - Allowances.ClockTolerance - SkewUntil(seen);

    /// <summary>The latest time at which what it registers can expire, by whichever clock is looked at until a moment.</summary>
    public long ExpiresTo(long seen) => LastDecision + Write.Ttl + Allowances.ClockTolerance + SkewUntil(seen);

    /// <summary>How far two clocks may have been apart of which one decided it and the other is looked at until a moment.</summary>
    public long SkewUntil(long seen) => Clocks.Between(Write.Invoked, seen);

    /// <summary>Whether this is surely over before another one of the same peer, who does one thing at a time, begins.</summary>
    public bool Precedes(KnownWrite later) => LastEffect <= later.Write.Invoked;
}
