namespace RendezvousCluster.Chaos.Runs;

/// <summary>What a run with cold namespaces is made of.</summary>
internal sealed record ColdSettings
{
    /// <summary>How many namespaces; one registration in each.</summary>
    public required int Namespaces { get; init; }

    /// <summary>How many peers register and ask, each one thing after the other. A node takes 64 connections from one address.</summary>
    public int Peers { get; init; } = 120;
}
