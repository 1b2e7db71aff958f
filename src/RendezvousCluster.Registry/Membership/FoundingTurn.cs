namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Whether it is a node's turn to found a cluster: when the database has known of no member for some time. The first seed goes ahead; each
/// other seed follows only when it did not. A node that is not among its seeds founds none: nobody would find it.
/// </summary>
/// <param name="place">The place of the node among its seeds, from 0; null when it is not among them.</param>
internal sealed class FoundingTurn(int? place)
{
    /// <summary>
    /// The first seed founds within five seconds of its start, when no other seed answers it. One of a version that takes no seat founds
    /// in this time too.
    /// </summary>
    internal static readonly TimeSpan HeadStart = TimeSpan.FromSeconds(6);

    private DateTimeOffset? _freeSince;

    /// <summary>Looks once.</summary>
    /// <param name="isHeld">Whether a member lives, as far as the database knows; null when it cannot be asked.</param>
    /// <param name="now">The time now.</param>
    public bool HasCome(bool? isHeld, DateTimeOffset now)
    {
        if (place is not { } behind || isHeld is not false)
        {
            _freeSince = null;
            return false;
        }

        _freeSince ??= now;
        return behind == 0 || now - _freeSince >= HeadStart;
    }
}
