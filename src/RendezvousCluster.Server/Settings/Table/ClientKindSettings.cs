using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Server.FrontEnd;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>What is done for clients that speak the protocol in their own way.</summary>
internal static class ClientKindSettings
{
    public static readonly Setting[] Rows =
    [
        Setting.Of(
            options => options.ProtocolAliases, new ListType(new TextType("id", "a protocol id, which begins with '/'", IsProtocolId)),
            "A further protocol id to answer to, beside /rendezvous/1.0.0; any given ones replace the default.") with
        {
            DefaultInWords = "canvas' id",
        },
        Setting.Of(
            options => options.Limits.DiscoverAllNamespaces, Kinds.Flag,
            "Answer a DISCOVER without a namespace with registrations of all; if not, E_NOT_AUTHORIZED.") with
        {
            Key = "DiscoverAllNamespaces",
            OtherKeys = ["Limits:DiscoverAllNamespaces"],
        },
        Setting.Of(
            options => options.Limits.AllowUnsignedRegistrations, Kinds.Flag,
            "Let older Go and Python clients register their unsigned PeerInfo; only such clients are shown it.") with
        {
            Key = "AllowUnsignedRegistrations",
            OtherKeys = ["Limits:AllowUnsignedRegistrations"],
            Options = ["--allow-unsigned-registrations"],
        },
        Setting.Of(
            options => options.PeerInfoAgentPrefixes, new ListType(new TextType("prefix")),
            "How the agent version of a client begins that reads only unsigned PeerInfo; any given ones replace the default.") with
        {
            DefaultInWords = string.Join(", ", new FrontEndOptions().PeerInfoAgentPrefixes),
        },
        Setting.Of(
            options => options.FlavourForUnknownPeers, new ChoiceType<RecordFlavour>(),
            "The records of a namespace with both kinds for a peer that gives no sign: RoutingState (rust's) or Standard."),
    ];

    private static bool IsProtocolId(string text) => text.StartsWith('/');
}
