namespace RendezvousCluster.Testing;

/// <summary>Randomness that can be replayed: the seed is in the failure output. Set <c>TEST_SEED</c> to run one again.</summary>
public static class SeededRandom
{
    public static Random Create(out int seed)
    {
        seed = Environment.GetEnvironmentVariable("TEST_SEED") is { Length: > 0 } text
            ? int.Parse(text)
            : Environment.TickCount & int.MaxValue;
        Console.WriteLine($"TEST_SEED={seed}");
        return new Random(seed);
    }
}
