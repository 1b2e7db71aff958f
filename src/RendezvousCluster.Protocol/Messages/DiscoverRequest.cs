using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Validation;

namespace RendezvousCluster.Protocol.Messages;

/// <summary>DISCOVER: who is registered?</summary>
/// <param name="Namespace">The name as UTF-8, not checked yet; empty (or absent) asks for all namespaces.</param>
/// <param name="Limit">How many at most; 0 (or absent) leaves it to the server.</param>
/// <param name="Cookie">The cookie of an earlier response, to get only what is new since; empty (or absent) starts over.</param>
public sealed record DiscoverRequest(ReadOnlyMemory<byte> Namespace, ulong Limit = 0, ReadOnlyMemory<byte> Cookie = default)
    : RendezvousRequest(Namespace)
{
    internal const string KindName = "discover";

    /// <summary>
    /// Which flavours of signed records the sender reads, by its own word: it tells their domains. None when it says nothing, or names no
    /// domain that is known here.
    /// </summary>
    public RegistrationFlavours Reads { get; init; }

    internal override string Kind => KindName;

    internal override Refusal TimedOut => Refusals.DiscoverTimedOut;

    internal override RendezvousMessage Refused(Refusal refusal) => new DiscoverResponse(refusal.Status, refusal.Text, [], default);
}
