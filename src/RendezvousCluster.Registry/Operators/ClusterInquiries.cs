using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Inquiries;

namespace RendezvousCluster.Registry.Operators;

/// <summary>
/// Asks every member of the cluster at once. Nobody is waited for longer than <see cref="ReplyTimeout"/>, so an operator learns from the
/// nodes that live what they know, and which others gave no answer. A node that the cluster holds for unreachable is asked all the same: it
/// may be reachable from here.
/// </summary>
/// <param name="node">This node.</param>
/// <param name="answerer">Answers for this node; asked for when it is needed, because what it looks at is made after this.</param>
/// <param name="logger">For answers that fail.</param>
internal sealed class ClusterInquiries(NodeSystem node, Func<IInquiryAnswerer> answerer, ILogger<ClusterInquiries> logger)
    : IClusterInquiries
{
    /// <summary>A little longer than a node may take for its answer.</summary>
    internal static readonly TimeSpan ReplyTimeout = InquiryDesk.AnswerTimeout + TimeSpan.FromSeconds(1);

    /// <summary>Members asked in one inquiry: a cluster has dozens at most.</summary>
    internal const int MaxMembers = 256;

    /// <inheritdoc/>
    public async Task<IReadOnlyList<NodeAnswer>> AskAllAsync(
        string subject, ReadOnlyMemory<byte> details, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(subject.Length, Inquiry.MaxSubjectLength);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(details.Length, Inquiry.MaxDetailsBytes);
        var inquiry = new Inquiry(subject, details);
        var asked = new List<Task<NodeAnswer>>();
        if (node.System is { } system)
        {
            var cluster = Cluster.Get(system);
            asked.Add(AskSelfAsync(MemberNames.Of(cluster.SelfAddress), inquiry, cancellationToken));
            asked.AddRange(
                from member in cluster.State.Members.Take(MaxMembers)
                where !member.UniqueAddress.Equals(cluster.SelfUniqueAddress)
                select AskAsync(system, member, inquiry, cancellationToken));
        }
        else
        {
            asked.Add(AskSelfAsync(MemberNames.Alone, inquiry, cancellationToken));
        }

        return await Task.WhenAll(asked).ConfigureAwait(false);
    }

    /// <summary>Answers other nodes from now on.</summary>
    internal void Start(ActorSystem system)
    {
        node.Started(system);
        system.ActorOf(InquiryDesk.Props(answerer(), logger), Inquiry.Recipient);
    }

    /// <summary>The node is about to leave.</summary>
    internal void End() => node.Ending();

    private async Task<NodeAnswer> AskSelfAsync(string name, Inquiry inquiry, CancellationToken cancellationToken) =>
        Of(name, await InquiryDesk.AnswerAsync(answerer(), inquiry, logger, cancellationToken).ConfigureAwait(false));

    private static async Task<NodeAnswer> AskAsync(
        ActorSystem system, Member member, Inquiry inquiry, CancellationToken cancellationToken)
    {
        string name = MemberNames.Of(member.Address);
        if (!member.HasRole(Inquiry.Role))
        {
            return new NodeAnswer(name, null, "its version answers no operators");
        }

        try
        {
            ActorSelection desk = system.ActorSelection(new RootActorPath(member.Address) / "user" / Inquiry.Recipient);
            return Of(name, await desk.Ask<InquiryReply>(inquiry, ReplyTimeout, cancellationToken).ConfigureAwait(false));
        }
        catch (AskTimeoutException)
        {
            return new NodeAnswer(name, null, $"it did not answer within {ReplyTimeout.TotalSeconds:0} s");
        }
    }

    // Without the cast null would become empty bytes.
    private static NodeAnswer Of(string name, InquiryReply reply) =>
        new(name, reply.Refusal is null ? (ReadOnlyMemory<byte>?)reply.Answer : null, reply.Refusal);
}
