namespace RendezvousCluster.Simulation.Plans;

/// <summary>
/// Plans what clients do: single requests and bursts, by peers that mostly keep to one node, mostly refresh, now and then register another
/// record, and sometimes one that they have replaced.
/// </summary>
internal sealed class OperationPlanner(SeededSequence random, SimulationSettings settings, uint[] ttls)
{
    private readonly int[,] _versions = new int[settings.Peers, settings.Namespaces];
    private long _at;
    private int _burst;

    public Operation Next(int id)
    {
        if (_burst > 0)
        {
            _burst--;
            _at += random.Below(5);
        }
        else
        {
            // A burst comes once in ten times and has eight on average: the pace is kept by waiting longer in between.
            _at = Math.Min(settings.Duration, _at + random.Between(0, 2 * settings.Duration * 18 / 10 / settings.Operations));
            _burst = random.Chance(100) ? random.Below(16) : 0;
        }

        int ns = random.Below(settings.Namespaces);
        OperationKind kind = random.Below(100) switch
        {
            < 50 => OperationKind.Register,
            < 62 => OperationKind.Unregister,
            < 80 => OperationKind.Discover,
            _ => OperationKind.Follow,
        };
        int client = random.Below(kind == OperationKind.Follow ? settings.Followers : settings.Peers);
        int node = random.Chance(700) ? client % settings.Nodes : random.Below(settings.Nodes);
        return new Operation(
            id,
            _at,
            kind,
            client,
            kind == OperationKind.Follow ? client % settings.Namespaces : ns,
            node,
            kind == OperationKind.Register ? Version(client, ns) : 0,
            random.Pick(ttls),
            Limit: random.Chance(300) ? 1 + random.Below(3) : 1000,
            random.NextBits());
    }

    private int Version(int peer, int ns) => random.Below(100) switch
    {
        < 65 => _versions[peer, ns],
        < 94 => ++_versions[peer, ns],
        _ => Math.Max(0, _versions[peer, ns] - 1 - random.Below(3)),
    };
}
