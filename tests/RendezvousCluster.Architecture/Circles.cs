namespace RendezvousCluster.Architecture;

/// <summary>What depends on each other, directly or on the way over others.</summary>
internal static class Circles
{
    /// <summary>Two that name each other, each pair once and in order.</summary>
    public static IReadOnlyList<(string First, string Second)> Pairs(IEnumerable<(string From, string To)> arrows)
    {
        HashSet<(string From, string To)> all = [.. arrows];
        return
        [
            .. from arrow in all
               where string.CompareOrdinal(arrow.From, arrow.To) < 0 && all.Contains((arrow.To, arrow.From))
               orderby arrow
               select arrow,
        ];
    }

    /// <summary>Those from which arrows lead back to themselves, grouped: within a group each reaches each other one.</summary>
    public static IReadOnlyList<IReadOnlyList<string>> Groups(IEnumerable<(string From, string To)> arrows)
    {
        ILookup<string, string> next = arrows.Where(arrow => arrow.From != arrow.To).ToLookup(arrow => arrow.From, arrow => arrow.To);
        Dictionary<string, HashSet<string>> reached = next.ToDictionary(start => start.Key, start => Reached(next, start.Key));
        return
        [
            .. from start in reached
               where start.Value.Contains(start.Key)
               let mates = start.Value.Where(end => reached.TryGetValue(end, out HashSet<string>? back) && back.Contains(start.Key))
               group start.Key by string.Join('\n', mates.Order(StringComparer.Ordinal)) into circle
               select (IReadOnlyList<string>)[.. circle.Order(StringComparer.Ordinal)],
        ];
    }

    private static HashSet<string> Reached(ILookup<string, string> next, string start)
    {
        var reached = new HashSet<string>();
        var waiting = new Stack<string>(next[start]);
        while (waiting.TryPop(out string? end))
        {
            if (reached.Add(end))
            {
                foreach (string further in next[end])
                {
                    waiting.Push(further);
                }
            }
        }

        return reached;
    }
}
