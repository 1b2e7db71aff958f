using RendezvousCluster.Core;
using RendezvousCluster.Core.Cookies;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// Puts a page over all namespaces together, as <see cref="DiscoverPager"/> does for one. It ends with the walk, so that a client which
/// goes on until a page is short or empty has seen everything; its cookie then begins the next walk, which brings what is new. For a peer
/// of whom it is not known what it reads it also ends where a namespace is shown in other flavours than the one before.
/// </summary>
internal sealed class DiscoverAllPager(IRegistry registry, RendezvousLimits limits)
{
    /// <summary>Reads a page.</summary>
    /// <param name="query">The cookie's position or the beginning, how many at most, and what the peer can read.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<DiscoverResponse> ReadAsync(DiscoverAllQuery query, CancellationToken cancellationToken)
    {
        var page = new ResponsePage(query.Limit, query.Flavours, limits.MaxResponseBytes);
        WalkPosition position = query.Position;
        bool more = true;
        for (int queries = 0; more && queries < limits.MaxInnerQueriesPerDiscover; queries++)
        {
            DiscoverAllQuery next =
                query with { Position = position, Limit = page.Wanted, MaxBytes = page.BytesToAskFor(limits.MaxInnerPageBytes) };
            DiscoverAllReply reply = await registry.DiscoverAllAsync(next, cancellationToken).ConfigureAwait(false);
            if (reply.Status != RendezvousStatus.Ok)
            {
                if (queries == 0)
                {
                    return new DiscoverResponse(reply.Status, reply.StatusText, [], default);
                }

                // The page so far is good, and its cookie leads back here.
                break;
            }

            // A walk that is left less room than this looks at one namespace and ends: a query for a few registrations, and the next one
            // for as few.
            more = Take(reply, page, ref position) && !reply.IsComplete && page.HasRoomForAny;
        }

        return page.ToResponse(WalkCookie.Create(position, query.Flavours.First));
    }

    // Answers whether the page took all that the reply brought.
    private static bool Take(DiscoverAllReply reply, ResponsePage page, ref WalkPosition position)
    {
        foreach (DiscoveredRegistration found in reply.Registrations)
        {
            if (!page.TryTake(found))
            {
                return false;
            }

            position = position.After(found);
        }

        position = reply.Next;
        return true;
    }
}
