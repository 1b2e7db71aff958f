namespace RendezvousCluster.Protocol.Validation;

/// <summary>Why a request is refused, in the words that the peer gets.</summary>
/// <param name="Status">The status.</param>
/// <param name="Text">What to change.</param>
internal sealed record Refusal(RendezvousStatus Status, string Text);
