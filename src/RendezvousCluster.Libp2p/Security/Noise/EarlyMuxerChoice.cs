namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>
/// Early muxer negotiation: the handshake payloads carry the muxers, which saves the round trip of multistream-select after it.
/// <para>
/// The spec and go take the first of the <em>initiator's</em> list that the responder has too. js takes, on each side, the first of the
/// <em>remote's</em> list that it has itself: js as initiator goes by the responder's order. Two peers that follow different rules and list
/// several muxers in different orders would each start another one. This choice agrees with both rules:
/// </para>
/// <list type="bullet">
/// <item>As initiator we have seen the responder's list before we send ours, and send the one muxer chosen, which the spec allows.
/// A list of one has no order.</item>
/// <item>As responder we offer the usual order, yamux before mplex. A js initiator with the same or fewer muxers in that order chooses as
/// we do. (One that prefers mplex to yamux, both offered, is the known loss: it starts yamux where the spec says mplex.)</item>
/// <item>No list, or nothing in common: as go does, the handshake succeeds and multistream-select decides.</item>
/// </list>
/// </summary>
internal static class EarlyMuxerChoice
{
    /// <summary>The muxer both sides start, or null when multistream-select has to decide.</summary>
    public static string? Choose(IReadOnlyList<string> initiatorMuxers, IReadOnlyList<string> responderMuxers) =>
        initiatorMuxers.FirstOrDefault(responderMuxers.Contains);
}
