namespace RendezvousCluster.Cli.Load;

/// <summary>How much load to make.</summary>
/// <param name="Peers">Peers, each with an identity and a connection of its own, spread over the points.</param>
/// <param name="Namespaces">Namespaces; each peer registers in all of them.</param>
/// <param name="Duration">How long each phase after the first lasts.</param>
/// <param name="Limit">The limit of a DISCOVER.</param>
/// <param name="TtlSeconds">The time to live to ask for; 0 leaves it to the point.</param>
/// <param name="StreamPerRequest">Whether each request has a stream of its own, as most clients do; else each peer keeps one.</param>
/// <param name="Phases">Which phases, in order.</param>
internal sealed record LoadPlan(
    int Peers, int Namespaces, TimeSpan Duration, int Limit, ulong TtlSeconds, bool StreamPerRequest, IReadOnlyList<LoadPhase> Phases)
{
    /// <summary>The names are new in each run, so that a run does not find what the last one left.</summary>
    public string Prefix { get; } = $"load-{Guid.NewGuid():N}";

    /// <summary>The name of a namespace.</summary>
    public string Namespace(long number) => $"{Prefix}-{number % Namespaces}";
}

/// <summary>What the peers do.</summary>
internal enum LoadPhase
{
    /// <summary>Each peer registers in each namespace, once.</summary>
    Register,

    /// <summary>They register again and again, as a refresh does.</summary>
    Refresh,

    /// <summary>They discover with the limit, from the start each time.</summary>
    Discover,

    /// <summary>They walk through a namespace from cookie to cookie, to its end and then from the start again; each page counts.</summary>
    Walk,
}
