namespace RendezvousCluster.Server.FrontEnd;

/// <summary>Counts what is under way and refuses at once what would be too much: nobody waits here.</summary>
internal sealed class RequestGate(int maxInside)
{
    private int _inside;

    /// <summary>How many are inside.</summary>
    public int Inside => Volatile.Read(ref _inside);

    /// <summary>Goes in; each success is paired with one <see cref="Leave"/>.</summary>
    public bool TryEnter()
    {
        if (Interlocked.Increment(ref _inside) <= maxInside)
        {
            return true;
        }

        Interlocked.Decrement(ref _inside);
        return false;
    }

    public void Leave() => Interlocked.Decrement(ref _inside);
}
