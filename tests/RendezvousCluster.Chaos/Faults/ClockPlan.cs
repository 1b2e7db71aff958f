namespace RendezvousCluster.Chaos.Faults;

/// <summary>One step of a clock.</summary>
/// <param name="Node">Whose clock, by number.</param>
/// <param name="Offset">How far it is ahead from then on, in milliseconds.</param>
internal readonly record struct ClockStep(int Node, long Offset);

/// <summary>
/// How the clocks of nodes step: follows from its seed. One goes ahead and then falls behind, or the other way round; then each is
/// somewhere else. Half of the plans stay within what a bad clock is off, the others go beyond the time that a request may take.
/// </summary>
internal static class ClockPlan
{
    /// <summary>Clocks are off by at least this, in milliseconds.</summary>
    public const long Least = 1_000;

    /// <summary>And by at most this.</summary>
    public const long Most = 30_000;

    // Two clocks that are off by this in both directions are apart by less than the five seconds of a request.
    private const long Moderate = 2_400;

    /// <summary>The rounds, each a few steps at once; the last one sets all clocks right.</summary>
    public static IReadOnlyList<IReadOnlyList<ClockStep>> Rounds(int seed, int node, int nodes)
    {
        var random = new Random(seed);
        long most = random.Next(2) == 0 ? Moderate : Most;
        int sign = random.Next(2) == 0 ? 1 : -1;
        return
        [
            [new ClockStep(node, sign * random.NextInt64(Least, most + 1))],
            [new ClockStep(node, -sign * random.NextInt64(Least, most + 1))],
            [.. Enumerable.Range(0, nodes)
                .Select(index => new ClockStep(index, (random.Next(2) == 0 ? 1 : -1) * random.NextInt64(Least, most + 1)))],
            [.. Enumerable.Range(0, nodes).Select(index => new ClockStep(index, 0))],
        ];
    }
}
