using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Protocol.Dialects;

/// <summary>
/// Which flavour a peer reads. Nothing on the wire says so, and a wrong guess costs it the whole response: rust refuses a page for one
/// record of the other flavour. So the surest sign counts: what it registered with, then the record in its identify, then the
/// name of its program; without a sign it is the flavour of the majority.
/// </summary>
internal static class RecordDialect
{
    private const string RustAgentPrefix = "rust-libp2p";

    /// <summary>Answers the flavour to send.</summary>
    /// <param name="registered">The last record that the peer registered with on this connection, or null.</param>
    /// <param name="identified">What it said of itself, or null while that is not known.</param>
    public static RegistrationFlavour FlavourFor(SignedPeerRecord? registered, IdentifyInfo? identified)
    {
        if ((registered ?? identified?.SignedPeerRecord) is { } own)
        {
            return Of(own.Flavour);
        }

        bool isRust = identified?.AgentVersion.StartsWith(RustAgentPrefix, StringComparison.Ordinal) ?? false;
        return isRust ? RegistrationFlavour.RoutingState : RegistrationFlavour.Standard;
    }

    /// <summary>The registration's flavour that a signed record's makes.</summary>
    public static RegistrationFlavour Of(RecordFlavour flavour) =>
        flavour == RecordFlavour.RoutingState ? RegistrationFlavour.RoutingState : RegistrationFlavour.Standard;
}
