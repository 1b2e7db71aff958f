using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Client.Points;

/// <summary>Whether a point still lists this node, as far as one short page shows.</summary>
internal enum OwnListing
{
    /// <summary>The page is not the whole namespace, or no page came.</summary>
    Unknown,

    /// <summary>The page is the whole namespace, and this node is not in it.</summary>
    Absent,

    /// <summary>This node is in it.</summary>
    Present,
}

/// <summary>
/// What became of an UNREGISTER. It has no response, so the end of its stream is all that the point says, and what an end means depends on
/// the point:
/// <list type="bullet">
/// <item>A clean close is "done" everywhere.</item>
/// <item>A reset is "not known to be done" at our points, and "refused" at canvas'; Go's points end <em>every</em> stream so, and rust's
/// every UNREGISTER. A point that leaves streams open says nothing at all.</item>
/// </list>
/// No name decides between these while there is something better. Whether the point lists this node afterwards is the thing itself; where a
/// namespace is too large for one short page, a point that ends the streams of answered requests in the same way has said nothing unusual;
/// and rust's points are known by what they say of themselves. All other UNREGISTERs count as not confirmed.
/// </summary>
internal static class UnregisterEvidence
{
    /// <summary>
    /// How many registrations the page asks for: fewer than any known server gives at once, so a shorter page is the whole.
    /// </summary>
    public const int PageLimit = 50;

    /// <summary>What a page of <see cref="PageLimit"/> shows.</summary>
    public static OwnListing ListingOf(DiscoverResponse page, PeerId self)
    {
        if (page.Status != RendezvousStatus.Ok)
        {
            return OwnListing.Unknown;
        }

        // In each flavour of the record the id stands as it is. Not verified: a forger of our record wins no more than a wrong "not
        // done".
        if (page.Registrations.Any(registration => registration.SignedPeerRecord.Span.IndexOf(self.Bytes.Span) >= 0))
        {
            return OwnListing.Present;
        }

        return page.Registrations.Count < PageLimit ? OwnListing.Absent : OwnListing.Unknown;
    }

    /// <summary>Whether the UNREGISTER is known to be done.</summary>
    /// <param name="ending">How its stream ended.</param>
    /// <param name="listing">Whether the point lists this node afterwards.</param>
    /// <param name="answeredEnding">How the point ends streams that it has answered on; null when that is not known.</param>
    /// <param name="isRust">Whether it says that it is one of rust's.</param>
    public static bool IsDone(StreamEnding ending, OwnListing listing, StreamEnding? answeredEnding, bool isRust) =>
        ending == StreamEnding.Closed
        || listing switch
        {
            OwnListing.Absent => true,
            OwnListing.Present => false,
            _ => ending == answeredEnding || (ending == StreamEnding.Reset && isRust),
        };
}
