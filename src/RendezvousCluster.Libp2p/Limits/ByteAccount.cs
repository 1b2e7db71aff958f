namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// The bytes that one connection makes this host hold: received and unread, written and not taken by its peer, answers that wait to be
/// written. Everything that a peer can make grow is added here when it begins to take memory and taken off when it ends; when all of a
/// connection is gone, its account is at zero. Adding is two interlocked additions, from any thread.
/// </summary>
public sealed class ByteAccount
{
    private readonly ByteBudget? _budget;
    private readonly Action<long>? _end;
    private long _heldBytes;
    private volatile bool _isEnding;
    private volatile bool _isClosed;

    /// <summary>Creates an account that no budget bounds: for connections without a host.</summary>
    public ByteAccount()
    {
    }

    internal ByteAccount(ByteBudget budget, Action<long> end)
    {
        _budget = budget;
        _end = end;
    }

    /// <summary>How many bytes it is now.</summary>
    public long HeldBytes => Interlocked.Read(ref _heldBytes);

    /// <summary>Whether its connection ends or has ended, so that what is left will be gone soon.</summary>
    internal bool IsEnding => _isEnding;

    /// <summary>So many bytes more are held, or fewer.</summary>
    /// <param name="difference">Negative when memory became free.</param>
    public void Add(long difference)
    {
        if (difference == 0)
        {
            return;
        }

        long held = Interlocked.Add(ref _heldBytes, difference);
        _budget?.Add(difference);
        if (held == 0 && _isClosed)
        {
            _budget?.Forget(this);
        }
    }

    /// <summary>
    /// The connection has ended, and its streams will: the account ends nothing any more, and is forgotten once it is at zero. Idempotent.
    /// </summary>
    internal void Close()
    {
        _isEnding = true;
        _isClosed = true;
        if (HeldBytes == 0)
        {
            _budget?.Forget(this);
        }
    }

    /// <summary>Ends the connection, because the budget is exceeded and it holds the most.</summary>
    /// <param name="heldByAll">What was held in all.</param>
    internal void End(long heldByAll)
    {
        _isEnding = true;
        _end?.Invoke(heldByAll);
    }
}
