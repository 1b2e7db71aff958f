using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Management.Health;

/// <summary>All that speaks against the readiness of this node, or that an operator should know.</summary>
/// <param name="registry">What the registry knows.</param>
/// <param name="connections">Connections of peers that are open, and how many there may be; null on a node without peers.</param>
/// <param name="time">For since when.</param>
internal sealed class NodeHealth(IRegistryReadiness registry, Func<(int Open, int Most)?> connections, TimeProvider time)
{
    /// <summary>The check whether there is room for more connections.</summary>
    internal const string Connections = "connections";

    private readonly Lock _lock = new();
    private DateTimeOffset? _crowdedSince;

    /// <summary>Everything that is looked at; the causes of others come first.</summary>
    public static IReadOnlyList<string> Checks { get; } = [.. ReadinessFinding.Checks, Connections];

    /// <summary>What one check has found; nothing when all is well.</summary>
    public IReadOnlyList<ReadinessFinding> Look(string check) =>
        check == Connections ? OfConnections() : [.. registry.Findings.Where(finding => finding.Check == check)];

    private ReadinessFinding[] OfConnections()
    {
        (int open, int most) = connections() ?? (0, int.MaxValue);
        lock (_lock)
        {
            _crowdedSince = open < most ? null : _crowdedSince ?? time.GetUtcNow();
            return _crowdedSince is { } since
                ? [new(Connections, false, $"all {most} connections that there may be are open: newcomers are turned away", since)]
                : [];
        }
    }
}
