using System.Globalization;
using Microsoft.Extensions.Options;
using RendezvousCluster.Core;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Management.Admin.Answers;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>What an operator asks of the registry as a whole, through the same door as peers: the owner answers, wherever it is.</summary>
internal sealed class RegistryQuestions(
    IRegistry registry, IRegistryInspection inspection, IOptions<ServerOptions> options, TimeProvider time)
{
    /// <summary>The time that the owner of a namespace has for a page.</summary>
    internal static readonly TimeSpan Timeout = TimeSpan.FromSeconds(4);

    private const string Namespaces = "namespace";

    /// <summary>One peer: what it has registered, and what the nodes know of it.</summary>
    /// <param name="peer">The peer.</param>
    /// <param name="top">How many registrations at most.</param>
    /// <param name="nodes">What the nodes know.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<PeerAnswer> AnswerAsync(
        PeerId peer, int top, Task<ClusterAnswer<PeerOnNode>> nodes, CancellationToken cancellationToken)
    {
        PeerRegistrations? registrations = await inspection.FindRegistrationsAsync(peer, top, cancellationToken);
        return new PeerAnswer(
            peer.ToString(), registrations, options.Value.Registrations.MaxRegistrationsPerPeer, (await nodes).Nodes);
    }

    /// <summary>A page of a namespace's registrations, and where it lives.</summary>
    /// <param name="name">The namespace.</param>
    /// <param name="after">Where the page before ended; 0 for the first.</param>
    /// <param name="top">How many registrations at most.</param>
    /// <param name="shards">The shards of all nodes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InquiryRefusedException">The owner did not answer, or refused.</exception>
    public async Task<NamespaceAnswer> ReadAsync(
        RendezvousNamespace name, ulong after, int top, ClusterAnswer<ShardsAnswer> shards, CancellationToken cancellationToken)
    {
        var query = new DiscoverQuery(name, after, top, AdminLimits.MaxAnswerBytes, time.GetUtcNow() + Timeout);
        DiscoverReply page = await registry.DiscoverAsync(query, cancellationToken);
        if (page.Status != RendezvousStatus.Ok)
        {
            throw new InquiryRefusedException($"The namespace cannot be read now: {page.Status}, {page.StatusText}");
        }

        string shard = inspection.ShardOf(name);
        return new NamespaceAnswer(
            name.ToString(),
            shard,
            shards.Nodes.FirstOrDefault(node => Has(node.Answer, shard))?.Node,
            [.. page.Registrations.Select(RegistrationRows.Of)],
            page.IsComplete || page.Registrations.Count == 0 ? null : page.CookieRevision.ToString(CultureInfo.InvariantCulture));
    }

    private static bool Has(ShardsAnswer? shards, string shard) =>
        shards?.Regions.Any(region => region.Region == Namespaces && region.Shards.ContainsKey(shard)) ?? false;
}
