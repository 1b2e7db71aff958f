using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Protocol.Flavours;

/// <summary>
/// Which flavours a peer reads, and what it is shown of what is stored. A wrong guess costs it the whole response: rust refuses a page for
/// one record of the other flavour, and a client of the old schema finds no peer in a signed record. So the surest sign counts:
/// <list type="number">
/// <item>what it declares in the DISCOVER itself, which is how a reader of both signed flavours is known;</item>
/// <item>what it put in its last REGISTER on this connection: it reads what it writes;</item>
/// <item>that it chose canvas' protocol id, which nobody else speaks first;</item>
/// <item>the name of a program that is known to read nothing but PeerInfo. This comes before the record in its identify, for
/// py-libp2p signs one there and yet speaks the old schema here;</item>
/// <item>the flavour of the record in its identify;</item>
/// <item>the name of a library that is known.</item>
/// </list>
/// No sign is unknown, and no flavour: such a peer gets the only signed flavour that a namespace holds. Of a namespace that holds several
/// it gets one all the same, and the same one along a chain of cookies: a peer that sends a cookie back has read the page that it came
/// with.
/// </summary>
internal static class FlavourRules
{
    private const string RustAgentPrefix = "rust-libp2p";

    // Readers of standard records whose identify may come without one: nim's by default, others' while they have no address.
    private static readonly string[] StandardAgentPrefixes =
        ["nim-libp2p", "nwaku", "logos-delivery", "js-libp2p", "go-ipfs/", "kubo/", "rendezvous-cluster/", "rendezvous-cli/"];

    /// <summary>Answers the flavour that the peer speaks; null without a sign.</summary>
    /// <param name="registered">What the peer put in its last REGISTER on this connection, or null.</param>
    /// <param name="identified">What it said of itself, or null while that is not known.</param>
    /// <param name="peerInfoAgentPrefixes">How the agent versions of programs begin that read only PeerInfo.</param>
    /// <param name="speaksCanvas">Whether it opened a stream under canvas' protocol id.</param>
    public static RegistrationFlavour? FlavourFor(
        RegistrationFlavour? registered, IdentifyInfo? identified, IReadOnlyList<string> peerInfoAgentPrefixes, bool speaksCanvas = false)
    {
        if (registered is { } spoken)
        {
            return spoken;
        }

        if (speaksCanvas)
        {
            return RegistrationFlavour.Standard;
        }

        if (identified is null)
        {
            return null;
        }

        if (Begins(identified, peerInfoAgentPrefixes))
        {
            return RegistrationFlavour.PeerInfo;
        }

        if (identified.SignedPeerRecord is { } own)
        {
            return Of(own.Flavour);
        }

        return Begins(identified, [RustAgentPrefix]) ? RegistrationFlavour.RoutingState
            : Begins(identified, StandardAgentPrefixes) ? RegistrationFlavour.Standard
            : null;
    }

    /// <summary>Answers what the peer is to be shown.</summary>
    /// <param name="declared">What its request says that it reads; none when it says nothing.</param>
    /// <param name="flavour">What <see cref="FlavourFor"/> answers.</param>
    /// <param name="read">Which flavours the peer read up to its cookie; all when it has none, or an old one that does not say.</param>
    /// <param name="inMixed">What a peer without a sign is shown of a namespace that holds both signed flavours.</param>
    public static FlavourPreference PreferenceFor(
        RegistrationFlavours declared, RegistrationFlavour? flavour, RegistrationFlavours read, RecordFlavour inMixed)
    {
        if (declared != RegistrationFlavours.None)
        {
            return FlavourPreference.Of(declared);
        }

        if (flavour is { } known)
        {
            return FlavourPreference.Of(ReadBy(known));
        }

        // A peer that may take an unsigned registration for a verified one must not see it.
        RegistrationFlavours first = SetOf(Of(inMixed));
        return FlavourPreference.Of(
            read == RegistrationFlavours.All ? RegistrationFlavours.None : read & RegistrationFlavours.BothSigned, first,
            RegistrationFlavours.BothSigned & ~first);
    }

    /// <summary>The registration's flavour that a signed record's makes.</summary>
    public static RegistrationFlavour Of(RecordFlavour flavour) =>
        flavour == RecordFlavour.RoutingState ? RegistrationFlavour.RoutingState : RegistrationFlavour.Standard;

    /// <summary>The set of one flavour.</summary>
    public static RegistrationFlavours SetOf(RegistrationFlavour flavour) => (RegistrationFlavours)(1 << (int)flavour);

    /// <summary>
    /// What a peer that speaks a flavour can be shown. A signature cannot be made anew, so a reader of signed records gets only its own
    /// flavour; a reader of PeerInfo can be shown anything. An unsigned registration is shown to nobody else.
    /// </summary>
    public static RegistrationFlavours ReadBy(RegistrationFlavour reader) =>
        reader == RegistrationFlavour.PeerInfo ? RegistrationFlavours.All : SetOf(reader);

    /// <summary>Whether a set has a flavour in it.</summary>
    public static bool Holds(RegistrationFlavours set, RegistrationFlavour flavour) => (set & SetOf(flavour)) != RegistrationFlavours.None;

    /// <summary>
    /// The bytes that a reader is shown, where <see cref="ReadBy"/> has the flavour; false when the stored bytes cannot be translated.
    /// </summary>
    public static bool TryShow(
        ReadOnlyMemory<byte> bytes, RegistrationFlavour stored, RegistrationFlavour reader, out ReadOnlyMemory<byte> shown)
    {
        shown = stored == reader ? bytes : PeerInfo.Project(bytes.Span);
        return !shown.IsEmpty;
    }

    private static bool Begins(IdentifyInfo identified, IReadOnlyList<string> prefixes) =>
        prefixes.Any(prefix => identified.AgentVersion.StartsWith(prefix, StringComparison.Ordinal));
}
