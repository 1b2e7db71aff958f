using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Protocol.Tests.Dialects;

public sealed class RecordDialectTests
{
    private static readonly string[] OldAgents = ["py-libp2p", "berty.tech/"];
    private static readonly TestPeer Peer = new();

    [Fact]
    public void Unknown_peers_read_the_standard_flavour()
    {
        Assert.Equal(RegistrationFlavour.Standard, RecordDialect.FlavourFor(null, null, OldAgents));
        Assert.Equal(RegistrationFlavour.Standard, RecordDialect.FlavourFor(null, IdentifyInfo.Empty, OldAgents));
    }

    [Theory]
    [InlineData("rust-libp2p/0.45.0", RegistrationFlavour.RoutingState)]
    [InlineData("js-libp2p/2.0.0 rust-libp2p", RegistrationFlavour.Standard)]
    [InlineData("go-ipfs/0.30.0", RegistrationFlavour.Standard)]
    [InlineData("py-libp2p/0.4.0", RegistrationFlavour.PeerInfo)]
    [InlineData("py-libp2p/unknown", RegistrationFlavour.PeerInfo)]
    [InlineData("berty.tech/berty/v2@v2.471.2", RegistrationFlavour.PeerInfo)]
    [InlineData("Py-libp2p/0.4.0", RegistrationFlavour.Standard)]
    public void Agent_version_tells_rust_and_clients_of_the_first_schema(string agentVersion, RegistrationFlavour expected) =>
        Assert.Equal(expected, RecordDialect.FlavourFor(null, IdentifyInfo.Empty with { AgentVersion = agentVersion }, OldAgents));

    [Fact]
    public void The_list_of_old_agents_is_the_operators()
    {
        IdentifyInfo python = IdentifyInfo.Empty with { AgentVersion = "py-libp2p/0.4.0" };
        Assert.Equal(RegistrationFlavour.Standard, RecordDialect.FlavourFor(null, python, []));
    }

    [Theory]
    [InlineData(RecordFlavour.Standard)]
    [InlineData(RecordFlavour.RoutingState)]
    public void Record_in_identify_counts_for_more_than_the_name_of_rust(RecordFlavour flavour)
    {
        string misleading = flavour == RecordFlavour.Standard ? "rust-libp2p/0.45.0" : "go-ipfs/0.30.0";
        Assert.Equal(RecordDialect.Of(flavour), RecordDialect.FlavourFor(null, Identified(misleading, flavour), OldAgents));
    }

    [Fact]
    public void Old_agents_sign_the_record_in_identify_and_read_PeerInfo_all_the_same() =>
        Assert.Equal(
            RegistrationFlavour.PeerInfo, RecordDialect.FlavourFor(null, Identified("py-libp2p/0.4.0", RecordFlavour.Standard), OldAgents));

    [Theory]
    [InlineData(RegistrationFlavour.Standard)]
    [InlineData(RegistrationFlavour.RoutingState)]
    [InlineData(RegistrationFlavour.PeerInfo)]
    public void What_was_registered_counts_for_most(RegistrationFlavour registered)
    {
        Assert.Equal(registered, RecordDialect.FlavourFor(registered, null, OldAgents));
        Assert.Equal(registered, RecordDialect.FlavourFor(registered, Identified("py-libp2p/0.4.0", RecordFlavour.Standard), OldAgents));
        Assert.Equal(registered, RecordDialect.FlavourFor(registered, Identified("rust-libp2p/0.45.0", RecordFlavour.RoutingState), OldAgents));
    }

    [Theory]
    [InlineData(RegistrationFlavour.Standard, "Standard")]
    [InlineData(RegistrationFlavour.RoutingState, "RoutingState")]
    [InlineData(RegistrationFlavour.PeerInfo, "Standard RoutingState PeerInfo")]
    public void Readers_are_shown_what_they_read(RegistrationFlavour reader, string stored) =>
        Assert.Equal(stored, string.Join(' ', Enum.GetValues<RegistrationFlavour>().Where(flavour => RecordDialect.CanShow(flavour, reader))));

    [Fact]
    public void What_a_reader_speaks_itself_is_shown_as_it_is()
    {
        byte[] bytes = [1, 2, 3];
        foreach (RegistrationFlavour flavour in Enum.GetValues<RegistrationFlavour>())
        {
            Assert.True(RecordDialect.TryShow(bytes, flavour, flavour, out ReadOnlyMemory<byte> shown));
            Assert.Equal(bytes, shown.ToArray());
        }
    }

    [Fact]
    public void Damaged_record_is_shown_to_no_reader_of_PeerInfo() =>
        Assert.False(RecordDialect.TryShow(new byte[] { 1, 2, 3 }, RegistrationFlavour.Standard, RegistrationFlavour.PeerInfo, out _));

    // Journals hold these numbers.
    [Fact]
    public void Numbers_of_the_flavours_are_fixed_for_ever() =>
        Assert.Equal([0, 1, 2], Enum.GetValues<RegistrationFlavour>().Select(flavour => (int)flavour));

    private static IdentifyInfo Identified(string agentVersion, RecordFlavour flavour)
    {
        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(Peer.Record(1, flavour), out SignedPeerRecord? record));
        return IdentifyInfo.Empty with { AgentVersion = agentVersion, SignedPeerRecord = record };
    }
}
