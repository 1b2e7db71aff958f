using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Cookies;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// Puts a page together from as many queries to the registry as it takes. The page ends at the limit, at the size that any client can
/// take, or where the namespace ends, whichever comes first; its cookie stands for the last registration that was looked at, so the next
/// page begins with the one that did not fit. Registrations in a flavour that the peer cannot read are passed over, and do not count; the
/// number of queries is bounded, so a page may come back short, or empty, while its cookie has moved on.
/// </summary>
internal sealed class DiscoverPager(IRegistry registry, RendezvousLimits limits)
{
    /// <summary>Reads a page.</summary>
    /// <param name="ns">The namespace.</param>
    /// <param name="afterRevision">The cookie's revision, or 0.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="flavour">Which records the peer can read.</param>
    /// <param name="deadline">When the answer is due.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<DiscoverResponse> ReadAsync(
        RendezvousNamespace ns,
        ulong afterRevision,
        int limit,
        RegistrationFlavour flavour,
        DateTimeOffset deadline,
        CancellationToken cancellationToken)
    {
        var page = new DiscoverPage(limit, flavour, limits.MaxResponseBytes);
        ulong revision = afterRevision;
        bool more = true;
        bool passingOver = false;
        for (int queries = 0; more && queries < limits.MaxInnerQueriesPerDiscover; queries++)
        {
            int maxBytes = page.BytesToAskFor(limits.MaxInnerPageBytes);
            int count = passingOver ? limits.MaxDiscoverLimit : page.Wanted;
            var query = new DiscoverQuery(ns, revision, count, maxBytes, deadline);
            DiscoverReply reply = await registry.DiscoverAsync(query, cancellationToken).ConfigureAwait(false);
            if (reply.Status != RendezvousStatus.Ok)
            {
                if (page.Registrations.Count == 0)
                {
                    return new DiscoverResponse(reply.Status, reply.StatusText, [], default);
                }

                // What was read is good, and its cookie leads back here.
                break;
            }

            int before = page.Registrations.Count;
            more = Take(reply, page, ref revision) && !IsSurelyLast(reply, query);
            passingOver = page.Registrations.Count - before < reply.Registrations.Count;
        }

        return page.ToResponse(DiscoverCookie.Create(ns, revision));
    }

    // Answers whether there is room, and reason, for another query.
    private static bool Take(DiscoverReply reply, DiscoverPage page, ref ulong revision)
    {
        foreach (DiscoveredRegistration found in reply.Registrations)
        {
            if (!page.TryTake(found))
            {
                return false;
            }

            revision = found.Revision;
        }

        // A reply that brings nothing also ends a loop that could not get on.
        bool advanced = reply.Registrations.Count > 0;
        revision = advanced ? revision : Math.Max(revision, reply.CookieRevision);
        return advanced && page.Wanted > 0;
    }

    // A reply that is short of the limit and fills less than half of its bytes, names and a generous overhead included, was cut by
    // nothing but the end of the namespace. It saves the usual case, a namespace that fits in one query, a second one.
    private static bool IsSurelyLast(DiscoverReply reply, DiscoverQuery query)
    {
        const int GenerousOverheadBytes = 256;
        if (reply.Registrations.Count >= query.Limit)
        {
            return false;
        }

        long bytes = 0;
        foreach (DiscoveredRegistration found in reply.Registrations)
        {
            bytes += found.Envelope.Length + found.Namespace.Utf8.Length + GenerousOverheadBytes;
        }

        return 2 * bytes < query.MaxBytes;
    }
}
