namespace RendezvousCluster.Simulation;

/// <summary>
/// Random numbers that follow from a seed, on every machine and in every version of the runtime (splitmix64): a failure is named by its
/// seed for as long as the code that draws from it stays.
/// </summary>
internal sealed class SeededSequence(ulong seed)
{
    private ulong _state = seed;

    /// <summary>A seed that follows from another and a number: a sequence of its own, which the draws of others do not disturb.</summary>
    public static ulong Derive(ulong seed, ulong number) => new SeededSequence(seed ^ (number * 0xD1B54A32D192ED03)).NextBits();

    /// <summary>64 random bits.</summary>
    public ulong NextBits()
    {
        ulong bits = _state += 0x9E3779B97F4A7C15;
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>From 0 up to, and without, a bound.</summary>
    public int Below(int bound) => (int)(NextBits() % (ulong)bound);

    /// <summary>From one number to another, both included.</summary>
    public long Between(long least, long most) => least + (long)(NextBits() % (ulong)(most - least + 1));

    /// <summary>True so many times in a thousand.</summary>
    public bool Chance(int perMille) => Below(1000) < perMille;

    /// <summary>One of some.</summary>
    public T Pick<T>(IReadOnlyList<T> some) => some[Below(some.Count)];
}
