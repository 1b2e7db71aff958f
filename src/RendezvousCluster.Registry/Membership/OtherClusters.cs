namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Whether another cluster lives on the same database, from how many nodes hold the member lock (<see cref="MemberLock"/>). The larger of
/// two has most of the namespaces in memory and keeps their journals fenced, so what peers ask of the smaller one fails while it looks well
/// from inside.
/// </summary>
/// <remarks>
/// A node that has left, or stands still, holds its lock on for <see cref="MemberLock.LongestSilence"/>, so others count only after
/// <see cref="Grace"/>. Members whose sessions are broken hold none, so there may be more others than are seen, and never fewer.
/// </remarks>
internal sealed class OtherClusters
{
    /// <summary>Longer than the lock of a dead member lasts.</summary>
    internal static readonly TimeSpan Grace = MemberLock.LongestSilence + TimeSpan.FromSeconds(8);

    private readonly Lock _lock = new();
    private DateTimeOffset? _since;
    private int _others;
    private int _own;

    /// <summary>So many hold the lock of members, and so many nodes of this cluster may be among them.</summary>
    public void Record(int holders, int own, DateTimeOffset now)
    {
        lock (_lock)
        {
            (_others, _own) = (holders - own, own);
            _since = _others > 0 && _others >= own ? _since ?? now : null;
        }
    }

    /// <summary>What is known of a larger cluster; null when none has been seen for long enough.</summary>
    public (int Others, int Own, DateTimeOffset Since)? Known(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _others > _own ? Seen(now) : null;
        }
    }

    /// <summary>The same of one that is as large as this one.</summary>
    public (int Others, int Own, DateTimeOffset Since)? Equal(DateTimeOffset now)
    {
        lock (_lock)
        {
            return _others == _own ? Seen(now) : null;
        }
    }

    private (int Others, int Own, DateTimeOffset Since)? Seen(DateTimeOffset now) =>
        _since is { } since && now - since >= Grace ? (_others, _own, since) : null;
}
