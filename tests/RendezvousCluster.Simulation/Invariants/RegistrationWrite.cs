namespace RendezvousCluster.Simulation.Invariants;

/// <summary>A REGISTER or UNREGISTER as its client knows it.</summary>
/// <param name="version">Which record was registered; -1 for an UNREGISTER.</param>
/// <param name="ttl">For how long, in milliseconds.</param>
/// <param name="invoked">When it was asked for.</param>
/// <param name="node">At which node.</param>
internal sealed class RegistrationWrite(int version, long ttl, long invoked, int node)
{
    /// <summary>Later than everything.</summary>
    public const long Never = long.MaxValue / 2;

    public int Version => version;

    public long Ttl => ttl;

    public long Invoked => invoked;

    public int Node => node;

    public bool IsUnregister => version < 0;

    /// <summary>When it was acknowledged; null while it is under way, and for ever when nobody knows what became of it.</summary>
    public long? Acknowledged { get; set; }

    /// <summary>From when on everyone has to see it; <see cref="Never"/> when nobody knows.</summary>
    public long SeenFrom { get; set; } = Never;

    /// <summary>Whether the database may have lost it before its client heard of it.</summary>
    public bool MayBeForgotten { get; set; }
}
