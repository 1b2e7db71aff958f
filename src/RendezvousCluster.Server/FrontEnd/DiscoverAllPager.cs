using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>
/// Puts a page over all namespaces together, as <see cref="DiscoverPager"/> does for one. It ends with the walk, so that a client which goes on until a
/// page is short or empty has seen everything; its cookie then begins the next walk, which brings what is new.
/// </summary>
internal sealed class DiscoverAllPager(IRegistry registry, RendezvousLimits limits)
{
    /// <summary>Reads a page.</summary>
    /// <param name="position">The cookie's, or the beginning.</param>
    /// <param name="limit">How many at most.</param>
    /// <param name="flavour">Which records the peer can read.</param>
    /// <param name="deadline">When the answer is due.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async ValueTask<DiscoverResponse> ReadAsync(
        WalkPosition position, int limit, RegistrationFlavour flavour, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        var page = new DiscoverPage(limit, flavour, limits.MaxResponseBytes);
        bool more = true;
        for (int queries = 0; more && queries < limits.MaxInnerQueriesPerDiscover; queries++)
        {
            var query = new DiscoverAllQuery(position, page.Wanted, page.BytesToAskFor(limits.MaxInnerPageBytes), deadline);
            DiscoverAllReply reply = await registry.DiscoverAllAsync(query, cancellationToken).ConfigureAwait(false);
            if (reply.Status != RendezvousStatus.Ok)
            {
                if (queries == 0)
                {
                    return new DiscoverResponse(reply.Status, reply.StatusText, [], default);
                }

                // What was read is good, and its cookie leads back here.
                break;
            }

            more = Take(reply, page, ref position) && !reply.IsComplete && page.Wanted > 0 && page.BytesLeft > 0;
        }

        return page.ToResponse(WalkCookie.Create(position));
    }

    // Answers whether the page took all that the reply brought.
    private static bool Take(DiscoverAllReply reply, DiscoverPage page, ref WalkPosition position)
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
