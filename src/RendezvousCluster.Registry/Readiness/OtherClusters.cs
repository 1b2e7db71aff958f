using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Readiness;

/// <summary>
/// Whether a larger cluster lives on the same database (<see cref="MemberLock"/>). The larger of two has most of the namespaces in memory
/// and keeps their journals fenced, so what peers ask of the smaller one fails while it looks well from inside.
/// </summary>
/// <remarks>
/// A node that stands still holds its lock on without being a member, so only more others than own members count; and a node that has left
/// holds it for <see cref="MemberLock.LongestSilence"/>, so they count only after <see cref="Grace"/>.
/// </remarks>
internal sealed class OtherClusters
{
    /// <summary>Longer than the lock of a dead member lasts.</summary>
    internal static readonly TimeSpan Grace = MemberLock.LongestSilence + TimeSpan.FromSeconds(8);

    private DateTimeOffset? _since;
    private int _others;
    private int _own;

    /// <summary>So many hold the lock of members, and so many nodes of this cluster may be among them.</summary>
    public void Record(int holders, int own, DateTimeOffset now)
    {
        (_others, _own) = (holders - own, own);
        _since = _others > own ? _since ?? now : null;
    }

    /// <summary>What is known of another cluster; null when no larger one has been seen for long enough.</summary>
    public (int Others, int Own, DateTimeOffset Since)? Known(DateTimeOffset now) =>
        _since is { } since && now - since >= Grace ? (_others, _own, since) : null;
}
