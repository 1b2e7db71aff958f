using RendezvousCluster.Core;
using RendezvousCluster.Core.Cookies;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// Puts a page together from as many queries to the registry as it takes: the one loop that does, for a query brings what one message
/// between nodes can, and no more. The page ends at the limit, at the size that any client can take, or where the namespace ends, whichever
/// comes first; its cookie stands for the last registration that was looked at, so the next page begins with the one that did not fit.
/// Registrations in a flavour that the peer cannot read are passed over, and do not count; the number of queries is bounded, so a page may
/// come back short, or empty, while its cookie has moved on.
/// <para>
/// No query is asked in vain: none behind a reply that says that nothing follows, and none for what the reply before has shown to be too
/// large for the rest of the page. Two cases cannot be known beforehand and cost one query more: an owner of an older version does not say
/// that nothing follows, and what a PeerInfo will take is only known when it is there.
/// </para>
/// </summary>
internal sealed class DiscoverPager(IRegistry registry, RendezvousLimits limits)
{
    /// <summary>Reads a page.</summary>
    /// <param name="query">The namespace, the cookie's revision and flavours, how many at most, and what the peer can read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<DiscoverResponse> ReadAsync(DiscoverQuery query, CancellationToken cancellationToken)
    {
        var page = new ResponsePage(query.Limit, query.Flavours, limits.MaxResponseBytes);
        DiscoverQuery next = query;
        ulong revision = query.AfterRevision;
        bool more = true;
        bool passingOver = false;
        for (int queries = 0; more && queries < limits.MaxInnerQueriesPerDiscover; queries++)
        {
            next = next with
            {
                AfterRevision = revision,
                Limit = passingOver ? limits.MaxDiscoverLimit : page.Wanted,
                MaxBytes = page.BytesToAskFor(limits.MaxInnerPageBytes),
            };
            DiscoverReply reply = await registry.DiscoverAsync(next, cancellationToken).ConfigureAwait(false);
            if (reply.Status != RendezvousStatus.Ok)
            {
                if (page.Registrations.Count == 0)
                {
                    return new DiscoverResponse(reply.Status, reply.StatusText, [], default);
                }

                // The page so far is good, and its cookie leads back here.
                break;
            }

            if (page.Flavours == RegistrationFlavours.None)
            {
                page.Settle(ChosenOf(reply, query.Flavours));
            }

            // From here on the page is about these flavours, even if the namespace gets others meanwhile.
            next = next with { Flavours = FlavourPreference.Of(page.Flavours), FlavoursRead = RegistrationFlavours.All };
            int before = page.Registrations.Count;
            more = TryTakeAll(reply, page, ref revision, out int bytes) && !reply.IsComplete && !page.IsFullAfter(next.MaxBytes - bytes);
            passingOver = page.Registrations.Count - before < reply.Registrations.Count;
        }

        // A namespace that holds nothing teaches nothing about its reader, who may go on as it came.
        RegistrationFlavours read = page.Flavours == RegistrationFlavours.None ? query.FlavoursRead : page.Flavours;
        return page.ToResponse(DiscoverCookie.Create(query.Namespace, revision, read));
    }

    // A node of an older version chooses nothing, and sends all flavours.
    private static RegistrationFlavours ChosenOf(DiscoverReply reply, FlavourPreference flavours) =>
        reply.Flavours != RegistrationFlavours.None
            ? reply.Flavours
            : flavours.Choose(
                reply.Registrations.Aggregate(RegistrationFlavours.None, (held, found) => held | FlavourRules.SetOf(found.Flavour)));

    // Answers whether the page took all that the reply brought, and anything at all was in it, and how many bytes its envelopes have.
    private static bool TryTakeAll(DiscoverReply reply, ResponsePage page, ref ulong revision, out int bytes)
    {
        bytes = 0;
        page.Expect(reply.Registrations.Count);
        for (int index = 0; index < reply.Registrations.Count; index++)
        {
            DiscoveredRegistration found = reply.Registrations[index];
            if (!page.TryTake(found))
            {
                return false;
            }

            revision = found.Revision;
            bytes += found.Envelope.Length;
        }

        // A reply that brings nothing also ends a loop that could not get on.
        bool advanced = reply.Registrations.Count > 0;
        revision = advanced ? revision : Math.Max(revision, reply.CookieRevision);
        return advanced;
    }
}
