using RendezvousCluster.Core;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Flaws;

internal static partial class PlantedBugs
{
    private static PlantedBug[] Reading =>
    [
        new("two namespaces share an owner's state", [Invariant.NamespacesAreApart], 5,
            new Flaw { Replying = MixNamespaces }),
        new("a page has one more than was asked for", [Invariant.LimitsHold], 5,
            new Flaw { Taking = (command, _) => command is DiscoverQuery query ? query with { Limit = query.Limit + 1 } : command }),
        new("a refresh is refused at the quota", [Invariant.LimitsHold], 5,
            new Flaw { QuotaOnRefreshes = 2 }),
        new("the cookie is the smallest id of the page", [Invariant.CookiesMissNothing], 5,
            new Flaw { Replying = (_, reply, _) => Cookie(reply, page => page.Registrations[0].Revision) }),
        new("the cookie is the time of the read", [Invariant.CookiesMissNothing], 5,
            new Flaw { Replying = (_, reply, owner) => Cookie(reply, _ => Revision.At(owner.Node.Clock.AddMilliseconds(-1))) }),
        new("the cookie goes beyond what fitted on the page", [
            Invariant.CookiesMissNothing, Invariant.AcknowledgedIsFound, Invariant.FoundEverywhere,
        ], 5,
            new Flaw { Replying = (_, reply, owner) => Cookie(reply, _ => owner.State!.LastRevision) }),
        new("the cookie is a number of entries to skip", [
            Invariant.CookiesMissNothing, Invariant.AcknowledgedIsFound, Invariant.FoundEverywhere,
        ], 5,
            new Flaw { Replying = SkipByCount }),
        new("the first entry of a page is left out", [Invariant.AcknowledgedIsFound, Invariant.FoundEverywhere], 5,
            new Flaw { Replying = (_, reply, _) => reply is DiscoverReply { Registrations.Count: > 1 } page
                ? page with { Registrations = [.. page.Registrations.Skip(1)] }
                : reply }),
        new("a node answers reads from what it once read", [Invariant.FoundEverywhere, Invariant.AcknowledgedIsFound], 10,
            new Flaw { Replying = (command, reply, owner) => command is DiscoverQuery ? owner.Node.Remembered(command, reply) : reply }),
    ];

    private static object Cookie(object reply, Func<DiscoverReply, ulong> revision) =>
        reply is DiscoverReply { Status: RendezvousStatus.Ok, Registrations.Count: > 0 } page
            ? page with { CookieRevision = revision(page) }
            : reply;

    // Reads "after the first so many" in the order of revisions, as one does who keeps a list and no order of its own.
    private static object SkipByCount(object command, object reply, SimulatedOwner owner)
    {
        if (command is not DiscoverQuery query || owner.State is not { } state
            || reply is not DiscoverReply { Status: RendezvousStatus.Ok })
        {
            return reply;
        }

        var all = (DiscoverReply)state.ReadPage(query with { AfterRevision = 0, Limit = 1000 }, owner.Node.Clock);
        DiscoveredRegistration[] page = [.. all.Registrations.Skip((int)query.AfterRevision).Take(query.Limit)];
        return all with { Registrations = page, CookieRevision = query.AfterRevision + (ulong)page.Length };
    }

    private static object MixNamespaces(object command, object reply, SimulatedOwner owner) =>
        reply is DiscoverReply { Status: RendezvousStatus.Ok } page
            && owner.Node.Owners.Values.OfType<SimulatedOwner>()
                .FirstOrDefault(other => other != owner && other.State?.Count > 0) is { } other
            && command is DiscoverQuery query
            ? page with { Registrations =
                [.. page.Registrations.Concat(other.State!.ReadPage(query with { AfterRevision = 0 }, owner.Node.Clock).Registrations)
                    .Take(query.Limit)] }
            : reply;
}
