using Akka.Actor;
using Akka.Cluster;
using RendezvousCluster.Registry.Introductions;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Asks the seeds for their roles before a node joins. A node that must not be in their cluster so learns it without ever having been a
/// member: one that comes and goes keeps the others from giving shards homes until they have noticed its silence.
/// </summary>
/// <remarks>
/// A seed that does not answer, because it is down, stands still, or is of a version that does not know the question, is passed over; then
/// <see cref="MembershipGuard"/> compares once the node is in. So it does for two nodes that start at the same time.
/// </remarks>
internal static class SeedInquiry
{
    /// <summary>A member answers within a handshake; nobody else is waited for at a start.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(3);

    /// <summary>Compares with the first member among the seeds that answers.</summary>
    /// <param name="cluster">The node's own, before it joins.</param>
    /// <param name="seeds">The seeds; the node itself may be among them.</param>
    /// <exception cref="RegistryStartException">This node must not be in their cluster.</exception>
    public static async Task CompareAsync(Cluster cluster, IEnumerable<Address> seeds)
    {
        IEnumerable<Task<(Address Seed, IReadOnlyList<string> Roles)>> asked = seeds
            .Where(seed => !seed.Equals(cluster.SelfAddress))
            .Select(seed => AskAsync(cluster.System, seed));
        await foreach (Task<(Address Seed, IReadOnlyList<string> Roles)> answered in Task.WhenEach(asked).ConfigureAwait(false))
        {
            (Address seed, IReadOnlyList<string> roles) = await answered.ConfigureAwait(false);
            if (roles.Count == 0)
            {
                continue;
            }

            if (Incompatibility.Between(cluster.SelfAddress, cluster.SelfRoles, seed, roles) is { } reason)
            {
                throw new RegistryStartException(Incompatibility.Explain(seed, reason));
            }

            return;
        }
    }

    private static async Task<(Address Seed, IReadOnlyList<string> Roles)> AskAsync(ActorSystem system, Address seed)
    {
        // A dead letter is not answered, so the time would be over first where nobody listens.
        if (await PortProbe.AskAsync(seed).ConfigureAwait(false) != PortAnswer.Acceptance)
        {
            return (seed, []);
        }

        try
        {
            ActorSelection guard = system.ActorSelection(new RootActorPath(seed) / "user" / RolesQuery.Recipient);
            RolesReply reply = await guard.Ask<RolesReply>(RolesQuery.Instance, Timeout).ConfigureAwait(false);
            return (seed, reply.Roles);
        }
        catch (AskTimeoutException)
        {
            return (seed, []);
        }
    }
}
