using RendezvousCluster.Protocol.Validation;

namespace RendezvousCluster.Protocol.Messages;

/// <summary>
/// A message that a peer sends to a point, and all that differs between the kinds of requests wherever they are handled alike: how metrics
/// and traces name them, what a refusal looks like, and what it means that time ran out.
/// </summary>
/// <param name="Namespace">The name as UTF-8, not checked yet; empty when absent.</param>
public abstract record RendezvousRequest(ReadOnlyMemory<byte> Namespace) : RendezvousMessage
{
    /// <summary>The name of the kind in metrics, traces and logs.</summary>
    internal abstract string Kind { get; }

    /// <summary>The refusal of one that got no answer in time.</summary>
    internal abstract Refusal TimedOut { get; }

    /// <summary>The response that says so; null for a kind that has no response.</summary>
    internal abstract RendezvousMessage? Refused(Refusal refusal);
}
