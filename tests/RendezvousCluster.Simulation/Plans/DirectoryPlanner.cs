using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Plans;

/// <summary>
/// Plans what happens at the directory besides the announcements of the namespaces in which clients register: others announce themselves,
/// alone or many at once, for a short time and up to the end of the busy part but one fifth; and lists are read, of all or of what is new.
/// </summary>
internal static class DirectoryPlanner
{
    private static readonly uint[] Spans = [5, 10, 20, 40, 60];
    private static readonly uint[] LooksBack = [0, 0, 30, 90];

    /// <summary>Plans so many operations.</summary>
    public static IEnumerable<Operation> Plan(SeededSequence random, SimulationSettings settings, int firstId, int count)
    {
        for (int id = firstId; id < firstId + count;)
        {
            long at = random.Between(0, settings.Duration);
            int part = random.Below(SimulatedDirectory.Parts);
            int node = random.Below(settings.Nodes);
            if (random.Chance(500))
            {
                int limit = random.Chance(300) ? 1 + random.Below(3) : 1000;
                yield return new Operation(
                    id++, at, OperationKind.List, 0, part, node, 0, random.Pick(LooksBack), limit, random.NextBits());
                continue;
            }

            int burst = random.Chance(200) ? 1 + random.Below(SimulatedDirectory.OthersPerPart) : 1;
            int first = random.Below(SimulatedDirectory.OthersPerPart);
            for (int other = 0; other < burst && id < firstId + count; other++)
            {
                yield return new Operation(
                    id++, at * 4 / 5, OperationKind.Announce, (first + other) % SimulatedDirectory.OthersPerPart, part, node, 0,
                    random.Pick(Spans), Limit: 0, random.NextBits());
            }
        }
    }
}
