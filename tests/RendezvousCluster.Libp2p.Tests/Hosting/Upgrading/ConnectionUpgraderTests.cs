using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Hosting.Upgrading;

/// <summary>Security protocols and muxers are those that are registered in the options, in that order.</summary>
public sealed class ConnectionUpgraderTests
{
    private const string OtherSecurity = "/other-security/1.0.0";
    private const string OtherMuxer = "/other-muxer/1.0.0";

    [Theory]
    [InlineData(new[] { OtherSecurity }, OtherSecurity)]
    [InlineData(new[] { NoiseSecurityProtocol.Id }, NoiseSecurityProtocol.Id)]
    [InlineData(new[] { OtherSecurity, NoiseSecurityProtocol.Id }, OtherSecurity)]
    [InlineData(new[] { NoiseSecurityProtocol.Id, OtherSecurity }, NoiseSecurityProtocol.Id)]
    public async Task The_dialler_s_first_registered_security_protocol_that_the_listener_has_is_used(string[] dialler, string used)
    {
        var usedByListener = new List<string>();
        await using Libp2pHost server = await StartAsync(
            WithSecurity(new Libp2pOptions(), [NoiseSecurityProtocol.Id, OtherSecurity], usedByListener));
        await using var client = new Libp2pHost(WithSecurity(new Libp2pOptions(), dialler, []), []);

        IPeerConnection connection = await client.DialAsync(server.ListenAddresses[0].WithPeerId(server.PeerId)).Within();

        Assert.Equal([1, 2], await StreamExchange.EchoAsync(connection, [1, 2]));
        Assert.Equal([used], usedByListener);
    }

    [Fact]
    public async Task A_dialler_falls_back_to_a_security_protocol_that_the_listener_has()
    {
        var usedByListener = new List<string>();
        await using Libp2pHost server = await StartAsync(WithSecurity(new Libp2pOptions(), [NoiseSecurityProtocol.Id], usedByListener));
        await using var client = new Libp2pHost(
            WithSecurity(new Libp2pOptions(), [OtherSecurity, NoiseSecurityProtocol.Id], []), []);

        IPeerConnection connection = await client.DialAsync(server.ListenAddresses[0].WithPeerId(server.PeerId)).Within();

        Assert.Equal([1, 2], await StreamExchange.EchoAsync(connection, [1, 2]));
        Assert.Equal([NoiseSecurityProtocol.Id], usedByListener);
    }

    [Fact]
    public async Task Peers_without_a_common_security_protocol_do_not_connect()
    {
        await using Libp2pHost server = await StartAsync(WithSecurity(new Libp2pOptions(), [NoiseSecurityProtocol.Id], []));
        await using var client = new Libp2pHost(WithSecurity(new Libp2pOptions(), [OtherSecurity], []), []);

        NegotiationException failure = await Assert.ThrowsAsync<NegotiationException>(
            () => client.DialAsync(server.ListenAddresses[0].WithPeerId(server.PeerId)).Within());

        Assert.Equal(NegotiationError.ProtocolNotSupported, failure.Error);
    }

    [Fact]
    public async Task A_registered_muxer_is_used_and_the_handshake_agrees_on_it()
    {
        await using Libp2pHost server = await StartAsync(WithOtherMuxer(new Libp2pOptions()));
        await using var client = new Libp2pHost(WithOtherMuxer(new Libp2pOptions()).WithOnlyMuxer(OtherMuxer), []);
        await using var yamuxClient = new Libp2pHost(new Libp2pOptions(), []);

        IPeerConnection connection = await client.DialAsync(server.ListenAddresses[0].WithPeerId(server.PeerId)).Within();
        IPeerConnection yamux = await yamuxClient.DialAsync(server.ListenAddresses[0].WithPeerId(server.PeerId)).Within();

        Assert.Equal(OtherMuxer, connection.Muxer);
        Assert.Equal([1, 2], await StreamExchange.EchoAsync(connection, [1, 2]));
        Assert.Equal(YamuxMuxer.Id, yamux.Muxer);
        Assert.Equal([1, 2], await StreamExchange.EchoAsync(yamux, [1, 2]));
    }

    [Fact]
    public void A_protocol_that_is_registered_under_another_id_than_its_own_is_refused()
    {
        var muxers = new Libp2pOptions();
        muxers.Muxers["/wrong/1.0.0"] = context => new YamuxMuxer(context.TimeProvider);
        var security = new Libp2pOptions();
        security.SecurityProtocols["/wrong/1.0.0"] =
            context => new NoiseSecurityProtocol(context.Identity, context.MuxerIds, context.Limits);

        foreach ((Libp2pOptions options, string own) in new[] { (muxers, YamuxMuxer.Id), (security, NoiseSecurityProtocol.Id) })
        {
            ArgumentException failure = Assert.Throws<ArgumentException>(() => new Libp2pHost(options, []));

            Assert.Contains($"{own} is registered as /wrong/1.0.0", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_transport_of_raw_bytes_without_a_security_protocol_or_a_muxer_is_refused()
    {
        var withoutMuxer = new Libp2pOptions();
        withoutMuxer.Muxers.Clear();
        var withoutSecurity = new Libp2pOptions();
        withoutSecurity.SecurityProtocols.Clear();

        Assert.Throws<ArgumentException>(() => new Libp2pHost(withoutMuxer, []));
        Assert.Throws<ArgumentException>(() => new Libp2pHost(withoutSecurity, []));
    }

    private static Libp2pOptions WithSecurity(Libp2pOptions options, string[] ids, List<string> used)
    {
        options.SecurityProtocols.Clear();
        foreach (string id in ids)
        {
            options.SecurityProtocols[id] = context =>
                new RenamedSecurity(new NoiseSecurityProtocol(context.Identity, context.MuxerIds, context.Limits), id, used);
        }

        return options;
    }

    private static Libp2pOptions WithOtherMuxer(Libp2pOptions options)
    {
        options.Muxers[OtherMuxer] = context => new RenamedMuxer(new YamuxMuxer(context.TimeProvider, context.LoggerFactory));
        return options;
    }

    private static async Task<Libp2pHost> StartAsync(Libp2pOptions options)
    {
        options.ListenAddresses.Add(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0"));
        var host = new Libp2pHost(options.WithListening(), [new EchoHandler()]);
        await host.StartAsync().Within();
        return host;
    }

    /// <summary>Noise under another protocol id, which says that it was used.</summary>
    private sealed class RenamedSecurity(NoiseSecurityProtocol noise, string id, List<string> used) : ISecurityProtocol
    {
        public string ProtocolId => id;

        public ValueTask<SecuredConnection> SecureInboundAsync(IDuplexPipe transport, CancellationToken cancellationToken)
        {
            used.Add(id);
            return noise.SecureInboundAsync(transport, cancellationToken);
        }

        public ValueTask<SecuredConnection> SecureOutboundAsync(
            IDuplexPipe transport, PeerId? expectedPeer, CancellationToken cancellationToken)
        {
            used.Add(id);
            return noise.SecureOutboundAsync(transport, expectedPeer, cancellationToken);
        }
    }

    /// <summary>Yamux under another protocol id.</summary>
    private sealed class RenamedMuxer(YamuxMuxer yamux) : IStreamMuxer
    {
        public string ProtocolId => OtherMuxer;

        public IMuxedConnection Start(IDuplexPipe transport, bool isDialer, Libp2pLimits limits, ByteAccount? account = null) =>
            yamux.Start(transport, isDialer, limits, account);
    }
}
