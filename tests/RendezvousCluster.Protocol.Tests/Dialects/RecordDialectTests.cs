using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol.Dialects;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Protocol.Tests.Dialects;

public sealed class RecordDialectTests
{
    private static readonly TestPeer Peer = new();

    [Fact]
    public void Unknown_peers_read_the_standard_flavour()
    {
        Assert.Equal(RegistrationFlavour.Standard, RecordDialect.FlavourFor(null, null));
        Assert.Equal(RegistrationFlavour.Standard, RecordDialect.FlavourFor(null, IdentifyInfo.Empty));
    }

    [Theory]
    [InlineData("rust-libp2p/0.45.0", RegistrationFlavour.RoutingState)]
    [InlineData("js-libp2p/2.0.0 rust-libp2p", RegistrationFlavour.Standard)]
    [InlineData("go-ipfs/0.30.0", RegistrationFlavour.Standard)]
    public void Agent_version_tells_rust(string agentVersion, RegistrationFlavour expected) =>
        Assert.Equal(expected, RecordDialect.FlavourFor(null, IdentifyInfo.Empty with { AgentVersion = agentVersion }));

    [Theory]
    [InlineData(RecordFlavour.Standard)]
    [InlineData(RecordFlavour.RoutingState)]
    public void Record_in_identify_counts_for_more_than_the_agent_version(RecordFlavour flavour)
    {
        string misleading = flavour == RecordFlavour.Standard ? "rust-libp2p/0.45.0" : "go-ipfs/0.30.0";
        IdentifyInfo identified = IdentifyInfo.Empty with { AgentVersion = misleading, SignedPeerRecord = Open(flavour) };
        Assert.Equal(RecordDialect.Of(flavour), RecordDialect.FlavourFor(null, identified));
    }

    [Fact]
    public void Record_that_was_registered_counts_for_most()
    {
        IdentifyInfo identified = IdentifyInfo.Empty with { AgentVersion = "rust-libp2p/0.45.0", SignedPeerRecord = Open(RecordFlavour.RoutingState) };
        Assert.Equal(RegistrationFlavour.Standard, RecordDialect.FlavourFor(Open(RecordFlavour.Standard), identified));
    }

    private static SignedPeerRecord Open(RecordFlavour flavour)
    {
        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(Peer.Record(1, flavour), out SignedPeerRecord? record));
        return record!;
    }
}
