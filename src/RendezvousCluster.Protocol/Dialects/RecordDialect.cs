using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Protocol.Dialects;

/// <summary>
/// Which flavour a peer reads, and what it is shown of what is stored. Nothing on the wire says what a peer reads, and a wrong guess costs
/// it the whole response: rust refuses a page for one record of the other flavour, and a client of the old schema finds no peer in a
/// signed record. So the surest sign counts:
/// <list type="number">
/// <item>what it put in its last REGISTER on this connection: it reads what it writes;</item>
/// <item>the name of a program that is known to read nothing but PeerInfo. This comes before the record in its identify, for
/// py-libp2p signs one there and yet speaks the old schema here;</item>
/// <item>the flavour of the record in its identify;</item>
/// <item>the name of rust's library; without any sign, the flavour of the majority.</item>
/// </list>
/// </summary>
internal static class RecordDialect
{
    private const string RustAgentPrefix = "rust-libp2p";

    /// <summary>Answers the flavour to send.</summary>
    /// <param name="registered">What the peer put in its last REGISTER on this connection, or null.</param>
    /// <param name="identified">What it said of itself, or null while that is not known.</param>
    /// <param name="peerInfoAgentPrefixes">How the agent versions begin of those who read only PeerInfo.</param>
    public static RegistrationFlavour FlavourFor(
        RegistrationFlavour? registered, IdentifyInfo? identified, IReadOnlyList<string> peerInfoAgentPrefixes)
    {
        if (registered is { } spoken)
        {
            return spoken;
        }

        if (identified is null)
        {
            return RegistrationFlavour.Standard;
        }

        if (peerInfoAgentPrefixes.Any(prefix => identified.AgentVersion.StartsWith(prefix, StringComparison.Ordinal)))
        {
            return RegistrationFlavour.PeerInfo;
        }

        if (identified.SignedPeerRecord is { } own)
        {
            return Of(own.Flavour);
        }

        bool isRust = identified.AgentVersion.StartsWith(RustAgentPrefix, StringComparison.Ordinal);
        return isRust ? RegistrationFlavour.RoutingState : RegistrationFlavour.Standard;
    }

    /// <summary>The registration's flavour that a signed record's makes.</summary>
    public static RegistrationFlavour Of(RecordFlavour flavour) =>
        flavour == RecordFlavour.RoutingState ? RegistrationFlavour.RoutingState : RegistrationFlavour.Standard;

    /// <summary>
    /// Whether a reader is shown a registration. A signature cannot be made anew, so a reader of signed records gets only its own flavour;
    /// a reader of PeerInfo can be shown anything. An unsigned registration is shown to nobody else.
    /// </summary>
    public static bool CanShow(RegistrationFlavour stored, RegistrationFlavour reader) =>
        stored == reader || reader == RegistrationFlavour.PeerInfo;

    /// <summary>What a reader is shown, where <see cref="CanShow"/> holds; false when the stored bytes cannot be translated.</summary>
    public static bool TryShow(
        ReadOnlyMemory<byte> bytes, RegistrationFlavour stored, RegistrationFlavour reader, out ReadOnlyMemory<byte> shown)
    {
        shown = stored == reader ? bytes : PeerInfo.Project(bytes.Span);
        return !shown.IsEmpty;
    }
}
