using System.Runtime.CompilerServices;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// The bytes that all connections together make this host hold, and the bound on them.
///
/// Rules. While more is held than the bound, the connection that holds the most is ended, and then the next, until what the others hold
/// fits: a connection that holds little is never the first to go. The bytes of a connection that ends count as gone, because they soon
/// are. Connections are ended from the thread pool, by one thread at a time, never by the thread that added the bytes: it may hold locks of
/// another connection.
/// </summary>
internal sealed class ByteBudget : IThreadPoolWorkItem
{
    private static readonly ConditionalWeakTable<ByteBudget, object?> All = [];

    private readonly Libp2pLimits _limits;
    private readonly Lock _lock = new();
    private readonly HashSet<ByteAccount> _accounts = [];
    private long _heldBytes;
    private int _isTrimming;

    /// <param name="limits">The bound is read from here whenever it is compared with.</param>
    public ByteBudget(Libp2pLimits limits)
    {
        _limits = limits;
        All.Add(this, null);
    }

    /// <summary>What all hosts of the process hold, for the metrics.</summary>
    public static long HeldBytesOfAll => All.Sum(pair => pair.Key.HeldBytes);

    /// <summary>How many bytes are held now.</summary>
    public long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>How many accounts are open, or not at zero yet.</summary>
    public int Accounts
    {
        get
        {
            lock (_lock)
            {
                return _accounts.Count;
            }
        }
    }

    /// <summary>Opens the account of a connection.</summary>
    /// <param name="end">Ends the connection at once, and hears what was held in all; called at most once, from the thread pool.</param>
    public ByteAccount Open(Action<long> end)
    {
        var account = new ByteAccount(this, end);
        lock (_lock)
        {
            _accounts.Add(account);
        }

        return account;
    }

    internal void Add(long difference)
    {
        if (Interlocked.Add(ref _heldBytes, difference) > _limits.MaxHeldBytes && difference > 0)
        {
            Trim();
        }
    }

    internal void Forget(ByteAccount account)
    {
        lock (_lock)
        {
            _accounts.Remove(account);
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        while (TakeBiggest(out long held) is { } biggest)
        {
            biggest.End(held);
        }

        Volatile.Write(ref _isTrimming, 0);

        // Bytes that were added after the last look asked in vain.
        if (IsOver())
        {
            Trim();
        }
    }

    private void Trim()
    {
        if (Volatile.Read(ref _isTrimming) == 0 && Interlocked.Exchange(ref _isTrimming, 1) == 0)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
    }

    private bool IsOver()
    {
        lock (_lock)
        {
            return FindBiggest(out _) is not null;
        }
    }

    private ByteAccount? TakeBiggest(out long heldBytes)
    {
        lock (_lock)
        {
            return FindBiggest(out heldBytes);
        }
    }

    // Null when all fits, or nobody is left to end.
    private ByteAccount? FindBiggest(out long heldBytes)
    {
        heldBytes = HeldBytes;
        long leaving = 0;
        long most = 0;
        ByteAccount? biggest = null;
        foreach (ByteAccount account in _accounts)
        {
            long held = account.HeldBytes;
            if (account.IsEnding)
            {
                leaving += held;
            }
            else if (held > most)
            {
                most = held;
                biggest = account;
            }
        }

        return heldBytes - leaving > _limits.MaxHeldBytes ? biggest : null;
    }
}
