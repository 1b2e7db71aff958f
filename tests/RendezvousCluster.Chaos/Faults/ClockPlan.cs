namespace RendezvousCluster.Chaos.Faults;

/// <summary>One step of a clock.</summary>
/// <param name="Node">Whose clock, by number.</param>
/// <param name="Offset">How far it is ahead from then on, in milliseconds.</param>
internal readonly record struct ClockStep(int Node, long Offset);

/// <summary>
/// How the clocks of nodes step: follows from its seed. One goes ahead and then falls behind, or the other way round; then each is
/// somewhere else. Half of the plans stay within what a bad clock is off, the others go beyond the time that a request may take; those of
/// large steps go beyond what registrations live.
/// </summary>
internal static class ClockPlan
{
    /// <summary>Clocks are off by at least this, in milliseconds.</summary>
    public const long Least = 1_000;

    /// <summary>And by at most this.</summary>
    public const long Most = 30_000;

    /// <summary>In large steps clocks are off by at least this, in milliseconds: an hour.</summary>
    public const long LeastFar = 3_600_000;

    /// <summary>And by at most this: 80 hours, longer than any registration lives.</summary>
    public const long MostFar = 80 * LeastFar;

    // Two clocks that are off by this in both directions are apart by less than the five seconds of a request.
    private const long Moderate = 2_400;

    /// <summary>The rounds, each a few steps at once; the last one sets all clocks right.</summary>
    public static IReadOnlyList<IReadOnlyList<ClockStep>> Rounds(int seed, int node, int nodes)
    {
        var random = new Random(seed);
        return Rounds(random, Least, random.Next(2) == 0 ? Moderate : Most, node, nodes);
    }

    /// <summary>
    /// As <see cref="Rounds(int, int, int)"/>, in steps of hours and days. Some clocks are ahead and some behind then: of clocks that are
    /// all ahead for as long as nodes do not believe them, the janitor would take the time.
    /// </summary>
    public static IReadOnlyList<IReadOnlyList<ClockStep>> FarRounds(int seed, int node, int nodes)
    {
        ClockStep[][] rounds = Rounds(new Random(seed), LeastFar, MostFar, node, nodes);
        rounds[^2] = [.. rounds[^2].Select(step => step with { Offset = Math.Abs(step.Offset) * (step.Node % 2 == seed % 2 ? 1 : -1) })];
        return rounds;
    }

    private static ClockStep[][] Rounds(Random random, long least, long most, int node, int nodes)
    {
        int sign = random.Next(2) == 0 ? 1 : -1;
        return
        [
            [new ClockStep(node, sign * random.NextInt64(least, most + 1))],
            [new ClockStep(node, -sign * random.NextInt64(least, most + 1))],
            [.. Enumerable.Range(0, nodes)
                .Select(index => new ClockStep(index, (random.Next(2) == 0 ? 1 : -1) * random.NextInt64(least, most + 1)))],
            [.. Enumerable.Range(0, nodes).Select(index => new ClockStep(index, 0))],
        ];
    }
}
