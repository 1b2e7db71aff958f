using RendezvousCluster.Server.Draining;

namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>How a node is.</summary>
/// <param name="Version">Of the program.</param>
/// <param name="StartedAt">When its process started, by its wall clock.</param>
/// <param name="UptimeSeconds">For how long it has run.</param>
/// <param name="IsReady">Whether it serves peers.</param>
/// <param name="WhyNotReady">Why it does not; null when it does.</param>
/// <param name="Remark">What to know of a node that serves all the same; null when there is nothing.</param>
/// <param name="Storage">Where it keeps registrations; null for a node that keeps none.</param>
/// <param name="Connections">Connections of peers that are open.</param>
/// <param name="HeldBytes">What all of them make it hold.</param>
/// <param name="Registrations">Registrations of the namespaces that are awake there.</param>
/// <param name="NamespacesAwake">Namespaces in its memory.</param>
/// <param name="Commits">Writes that the journal acknowledged, since its start.</param>
/// <param name="Drain">How far it is out of service.</param>
internal sealed record NodeStatus(
    string Version,
    DateTimeOffset StartedAt,
    long UptimeSeconds,
    bool IsReady,
    string? WhyNotReady,
    string? Remark,
    string? Storage,
    int Connections,
    long HeldBytes,
    long Registrations,
    int NamespacesAwake,
    long Commits,
    DrainStatus? Drain);
