using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Protocol.Tests.Flavours;

public sealed class FlavourRulesTests
{
    private static readonly string[] OldAgents = ["py-libp2p", "berty.tech/"];
    private static readonly TestPeer Peer = new();

    [Fact]
    public void A_peer_without_a_sign_has_no_flavour()
    {
        Assert.Null(FlavourRules.FlavourFor(null, null, OldAgents));
        Assert.Null(FlavourRules.FlavourFor(null, IdentifyInfo.Empty, OldAgents));
    }

    [Fact]
    public void Canvas_protocol_id_is_a_sign_that_registering_overrules()
    {
        Assert.Equal(RegistrationFlavour.Standard, FlavourRules.FlavourFor(null, null, OldAgents, speaksCanvas: true));
        Assert.Equal(
            RegistrationFlavour.PeerInfo, FlavourRules.FlavourFor(RegistrationFlavour.PeerInfo, null, OldAgents, speaksCanvas: true));
    }

    [Theory]
    [InlineData("rust-libp2p/0.45.0", RegistrationFlavour.RoutingState)]
    [InlineData("js-libp2p/2.0.0 rust-libp2p", RegistrationFlavour.Standard)]
    [InlineData("go-ipfs/0.30.0", RegistrationFlavour.Standard)]
    [InlineData("py-libp2p/0.4.0", RegistrationFlavour.PeerInfo)]
    [InlineData("py-libp2p/unknown", RegistrationFlavour.PeerInfo)]
    [InlineData("berty.tech/berty/v2@v2.471.2", RegistrationFlavour.PeerInfo)]
    [InlineData("nim-libp2p/1.12.0", RegistrationFlavour.Standard)]
    [InlineData("nwaku-v0.36.0", RegistrationFlavour.Standard)]
    [InlineData("Py-libp2p/0.4.0", null)]
    [InlineData("cli/3.0.0 (mainnet)", null)]
    [InlineData("", null)]
    public void Agent_version_tells_who_is_known(string agentVersion, RegistrationFlavour? expected) =>
        Assert.Equal(expected, FlavourRules.FlavourFor(null, IdentifyInfo.Empty with { AgentVersion = agentVersion }, OldAgents));

    [Fact]
    public void The_list_of_old_agents_is_the_operators()
    {
        IdentifyInfo python = IdentifyInfo.Empty with { AgentVersion = "py-libp2p/0.4.0" };
        Assert.Null(FlavourRules.FlavourFor(null, python, []));
    }

    [Theory]
    [InlineData(RecordFlavour.Standard)]
    [InlineData(RecordFlavour.RoutingState)]
    public void Record_in_identify_counts_for_more_than_the_name_of_rust(RecordFlavour flavour)
    {
        string misleading = flavour == RecordFlavour.Standard ? "rust-libp2p/0.45.0" : "go-ipfs/0.30.0";
        Assert.Equal(FlavourRules.Of(flavour), FlavourRules.FlavourFor(null, Identified(misleading, flavour), OldAgents));
    }

    [Fact]
    public void Old_agents_sign_the_record_in_identify_and_read_PeerInfo_all_the_same() =>
        Assert.Equal(
            RegistrationFlavour.PeerInfo, FlavourRules.FlavourFor(null, Identified("py-libp2p/0.4.0", RecordFlavour.Standard), OldAgents));

    [Theory]
    [InlineData(RegistrationFlavour.Standard)]
    [InlineData(RegistrationFlavour.RoutingState)]
    [InlineData(RegistrationFlavour.PeerInfo)]
    public void The_registered_form_counts_for_most(RegistrationFlavour registered)
    {
        Assert.Equal(registered, FlavourRules.FlavourFor(registered, null, OldAgents));
        Assert.Equal(registered, FlavourRules.FlavourFor(registered, Identified("py-libp2p/0.4.0", RecordFlavour.Standard), OldAgents));
        Assert.Equal(
            registered, FlavourRules.FlavourFor(registered, Identified("rust-libp2p/0.45.0", RecordFlavour.RoutingState), OldAgents));
    }

    [Theory]
    [InlineData(RegistrationFlavour.Standard, "Standard")]
    [InlineData(RegistrationFlavour.RoutingState, "RoutingState")]
    [InlineData(RegistrationFlavour.PeerInfo, "Standard RoutingState PeerInfo")]
    public void Readers_are_shown_what_they_read(RegistrationFlavour reader, string stored) =>
        Assert.Equal(
            stored,
            string.Join(
                ' ',
                Enum.GetValues<RegistrationFlavour>().Where(flavour => FlavourRules.Holds(FlavourRules.ReadBy(reader), flavour))));

    // declared, known, read up to the cookie, setting → what is shown of a namespace that holds: only standard, only rust's, both, only
    // unsigned, all
    [Theory]
    [InlineData("", null, "All", RecordFlavour.RoutingState, "Standard, RoutingState, RoutingState, None, RoutingState")]
    [InlineData("", null, "All", RecordFlavour.Standard, "Standard, RoutingState, Standard, None, Standard")]
    [InlineData("", null, "Standard", RecordFlavour.RoutingState, "Standard, RoutingState, Standard, None, Standard")]
    [InlineData("", null, "RoutingState", RecordFlavour.Standard, "Standard, RoutingState, RoutingState, None, RoutingState")]
    [InlineData("", null, "PeerInfo", RecordFlavour.Standard, "Standard, RoutingState, Standard, None, Standard")]
    [InlineData("", null, "BothSigned", RecordFlavour.Standard, "BothSigned, BothSigned, BothSigned, BothSigned, BothSigned")]
    [InlineData(
        "", RegistrationFlavour.Standard, "RoutingState", RecordFlavour.RoutingState, "Standard, Standard, Standard, Standard, Standard")]
    [InlineData(
        "",
        RegistrationFlavour.RoutingState,
        "All",
        RecordFlavour.Standard,
        "RoutingState, RoutingState, RoutingState, RoutingState, RoutingState")]
    [InlineData("", RegistrationFlavour.PeerInfo, "Standard", RecordFlavour.Standard, "All, All, All, All, All")]
    [InlineData(
        "BothSigned",
        RegistrationFlavour.Standard,
        "Standard",
        RecordFlavour.Standard,
        "BothSigned, BothSigned, BothSigned, BothSigned, BothSigned")]
    [InlineData(
        "RoutingState", null, "All", RecordFlavour.Standard, "RoutingState, RoutingState, RoutingState, RoutingState, RoutingState")]
    public void Peer_is_shown_what_it_reads_as_far_as_that_is_known(
        string declared, RegistrationFlavour? known, string read, RecordFlavour setting, string shown)
    {
        FlavourPreference preference = FlavourRules.PreferenceFor(
            declared.Length == 0 ? RegistrationFlavours.None : Enum.Parse<RegistrationFlavours>(declared), known,
            Enum.Parse<RegistrationFlavours>(read), setting);

        RegistrationFlavours[] held =
            [
                RegistrationFlavours.Standard, RegistrationFlavours.RoutingState, RegistrationFlavours.BothSigned,
                RegistrationFlavours.PeerInfo, RegistrationFlavours.All,
            ];
        Assert.Equal(shown, string.Join(", ", held.Select(preference.Choose)));
    }

    [Fact]
    public void A_form_that_the_reader_speaks_is_shown_as_it_is()
    {
        byte[] bytes = [1, 2, 3];
        foreach (RegistrationFlavour flavour in Enum.GetValues<RegistrationFlavour>())
        {
            Assert.True(FlavourRules.TryShow(bytes, flavour, flavour, out ReadOnlyMemory<byte> shown));
            Assert.Equal(bytes, shown.ToArray());
        }
    }

    [Fact]
    public void Damaged_record_is_shown_to_no_reader_of_PeerInfo() =>
        Assert.False(FlavourRules.TryShow(new byte[] { 1, 2, 3 }, RegistrationFlavour.Standard, RegistrationFlavour.PeerInfo, out _));

    // Journals hold these numbers.
    [Fact]
    public void Numbers_of_the_flavours_are_fixed_for_ever() =>
        Assert.Equal([0, 1, 2], Enum.GetValues<RegistrationFlavour>().Select(flavour => (int)flavour));

    // Cookies do, and messages between nodes.
    [Fact]
    public void Numbers_of_the_sets_are_fixed_for_ever() =>
        Assert.Equal([0, 1, 2, 3, 4, 7], Enum.GetValues<RegistrationFlavours>().Select(flavours => (int)flavours));

    private static IdentifyInfo Identified(string agentVersion, RecordFlavour flavour)
    {
        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(Peer.Record(1, flavour), out SignedPeerRecord? record));
        return IdentifyInfo.Empty with { AgentVersion = agentVersion, SignedPeerRecord = record };
    }
}
