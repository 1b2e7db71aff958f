using System.Net;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Negotiation;
using RendezvousCluster.Libp2p.Protocols.Ping;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Transports;

namespace RendezvousCluster.Libp2p.Tests.Transports.Native;

/// <summary>
/// A silent peer behind a transport that multiplexes itself: the host asks it, as it asks one behind mplex, unless the connection says that
/// it does so itself. In virtual time; the peer has no host, so it says nothing that the test does not say.
/// </summary>
public sealed class NativeSilenceTests : IAsyncLifetime
{
    private readonly NativeNetwork _network = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Libp2pLimits _limits = new();
    private readonly TestHostContext _peer = new();
    private readonly List<IAsyncDisposable> _running = [];

    private Libp2pHost Host => _running.OfType<Libp2pHost>().Single();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (IAsyncDisposable running in _running)
        {
            await running.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_peer_that_is_gone_without_a_word_is_let_go_within_two_minutes(bool hostDials)
    {
        await ConnectAsync(hostDials);
        var closed = new TaskCompletionSource();
        await using CancellationTokenRegistration registration = Host.Connections.Single().Closed.Register(closed.SetResult);

        Pass(TimeSpan.FromMinutes(2));

        await closed.Task.Within();
        await Eventually.EqualAsync(0, () => Host.Connections.Count);
    }

    [Fact]
    public async Task A_peer_without_ping_that_refuses_the_stream_lives_on()
    {
        IMuxedConnection peer = await ConnectAsync(hostDials: false);
        _time.Advance(_limits.KeepAliveInterval); // heard of when it connected: not asked
        for (int i = 0; i < 5; i++)
        {
            _time.Advance(_limits.KeepAliveInterval);
            Assert.Equal([PingProtocol.Id], await RefuseAsync(peer));
            _time.Advance(_limits.KeepAliveTimeout);
        }

        Assert.Single(Host.Connections);
    }

    [Fact]
    public async Task A_peer_that_sends_something_is_not_asked()
    {
        IMuxedConnection peer = await ConnectAsync(hostDials: false);
        for (int i = 0; i < 5; i++)
        {
            IMuxedStream stream = await peer.OpenStreamAsync(CancellationToken.None);
            stream.Reset();
            await stream.DisposeAsync();
            _time.Advance(_limits.KeepAliveInterval);
        }

        Assert.Single(Host.Connections);
        await AssertWasNotAskedAsync(peer);
    }

    [Fact]
    public async Task A_connection_that_asks_a_silent_peer_itself_is_left_to_do_so()
    {
        IMuxedConnection peer = await ConnectAsync(hostDials: true, asksItself: true);

        Pass(TimeSpan.FromMinutes(2));

        Assert.Single(Host.Connections);
        await AssertWasNotAskedAsync(peer);
    }

    // The next stream that the peer sees is the one that the test opens, so no stream of a ping came before it.
    private async Task AssertWasNotAskedAsync(IMuxedConnection peer)
    {
        Task opening = Assert.ThrowsAsync<NegotiationException>(
            () => Host.Connections.Single().OpenStreamAsync(["/of-the-test"], CancellationToken.None).AsTask());
        Assert.Equal(["/of-the-test"], await RefuseAsync(peer));
        await opening.Within();
    }

    private async Task<List<string>> RefuseAsync(IMuxedConnection peer)
    {
        IMuxedStream asked = (await peer.AcceptStreamAsync(CancellationToken.None).Within())!;
        var proposals = new List<string>();
        await Assert.ThrowsAnyAsync<Libp2pException>(() => MultistreamSelect.ListenAsync(
            asked,
            id =>
            {
                proposals.Add(id);
                return false;
            },
            _limits,
            CancellationToken.None).AsTask().Within()); // the host gives the stream up, so it has our "na"
        await asked.DisposeAsync();
        return proposals;
    }

    private void Pass(TimeSpan time)
    {
        for (TimeSpan passed = TimeSpan.Zero; passed < time; passed += TimeSpan.FromSeconds(5))
        {
            _time.Advance(TimeSpan.FromSeconds(5));
        }
    }

    /// <summary>Connects the host and a peer that has no host; returns the peer's end.</summary>
    private async Task<IMuxedConnection> ConnectAsync(bool hostDials, bool asksItself = false)
    {
        Multiaddr anywhere = Multiaddr.Parse("/ip4/127.0.0.1/udp/0/quic-v1");
        var options = new Libp2pOptions { Limits = _limits };
        options.Transports[NativeTransport.Name] =
            context => new NativeTransport(context, _network, IPAddress.Loopback) { AsksSilentRemotes = asksItself };
        if (!hostDials)
        {
            options.ListenAddresses.Add(anywhere);
        }

        _running.Add(new Libp2pHost(options, [], _time));
        await Host.StartAsync().Within();
        var ofPeer = new NativeTransport(_peer.Context, _network, IPAddress.Loopback);
        IMuxedConnection peer;
        if (hostDials)
        {
            var accepted = new TaskCompletionSource<ICapableConnection>();
            ITransportListener listener = await ofPeer.ListenAsync(anywhere, TakeAsync, CancellationToken.None);
            _running.Add(listener);
            await Host.DialAsync(listener.Addresses[0]).Within();
            peer = (await accepted.Task.Within()).Streams;

            Task TakeAsync(ICapableConnection connection)
            {
                // As a host does; else the peer would cut the connection when the time for its handshake is over.
                Assert.True(connection.Scope.TryBindPeer(connection.RemotePublicKey.PeerId));
                accepted.SetResult(connection);
                return connection.Streams.Completion;
            }
        }
        else
        {
            _peer.Context.Door.AdmitOutbound(out ConnectionScope? scope);
            peer = (await ofPeer.DialAsync(Host.ListenAddresses[0], scope!, CancellationToken.None).Within()).Streams;
        }

        // A stream of the peer is answered when the host serves the connection, and watches it by then.
        IMuxedStream first = await peer.OpenStreamAsync(CancellationToken.None);
        await Assert.ThrowsAsync<NegotiationException>(
            () => MultistreamSelect.DialAsync(first, ["/nobody-serves-it"], _limits, CancellationToken.None).AsTask().Within());
        await first.DisposeAsync();
        return peer;
    }
}
