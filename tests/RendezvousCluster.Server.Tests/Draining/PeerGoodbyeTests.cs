using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using RendezvousCluster.Core;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.Draining;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Server.Tests.FrontEnd;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.Draining;

/// <summary>The goodbye of a real front end over sockets of loopback.</summary>
[SuppressMessage("Design", "CA1001", Justification = "DisposeAsync of the test ends the host that dials.")]
public sealed class PeerGoodbyeTests : IAsyncLifetime
{
    private readonly TaskCompletionSource _gate = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ScriptedRegistry _registry = new();
    private readonly ServiceProvider _services;
    private readonly Libp2pHost _host;
    private readonly Libp2pHost _client = new(new Libp2pOptions(), []);
    private readonly PeerGoodbye _goodbye;

    public PeerGoodbyeTests()
    {
        _registry.OnDiscover = async (query, _) =>
        {
            await _gate.Task;
            return new DiscoverReply(RendezvousStatus.Ok, "", [], query.AfterRevision);
        };
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddMetrics();
        services.AddSingleton<IRegistry>(_registry);
        services.AddRendezvousFrontEnd();
        services.AddLibp2p(options => options.ListenAddresses.Add(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")));
        _services = services.BuildServiceProvider();
        _host = _services.GetRequiredService<Libp2pHost>();
        _goodbye = new PeerGoodbye(
            connection => _services.GetRequiredService<ConnectionStates>().Of(connection).RequestsUnderWay);
    }

    private Multiaddr Address => _host.ListenAddresses[0].WithPeerId(_host.PeerId);

    public Task InitializeAsync() => _host.StartAsync().Within();

    public async Task DisposeAsync()
    {
        _gate.TrySetResult();
        await _client.DisposeAsync();
        await _services.DisposeAsync();
    }

    [Fact]
    public async Task A_request_under_way_is_answered_before_its_connection_ends_and_nobody_comes_in_meanwhile()
    {
        Multiaddr address = Address;
        IPeerConnection idle = await _client.DialAsync(address).Within();
        (IPeerConnection busy, RendezvousDriver stream) = await AskAsync();
        using var limit = new CancellationTokenSource();

        Task<int> goodbye = _goodbye.SayAsync(_host, waitForHandshakes: true, limit.Token);

        await EndOfAsync(idle);
        await Assert.ThrowsAnyAsync<Libp2pException>(() => _client.DialAsync(address).Within());
        Assert.False(busy.Closed.IsCancellationRequested);
        _gate.SetResult();
        Assert.Equal(RendezvousStatus.Ok, (await stream.ReceiveAsync<DiscoverResponse>()).Status);
        await EndOfAsync(busy);
        Assert.Equal(0, await goodbye.Within());
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_cut_and_counted()
    {
        (IPeerConnection busy, _) = await AskAsync();
        using var limit = new CancellationTokenSource();
        Task<int> goodbye = _goodbye.SayAsync(_host, waitForHandshakes: true, limit.Token);
        Assert.False(goodbye.IsCompleted);

        await limit.CancelAsync();

        Assert.Equal(1, await goodbye.Within());
        await EndOfAsync(busy);
    }

    [Fact]
    public async Task A_point_that_is_put_back_listens_where_it_did()
    {
        Multiaddr address = Address;
        await _goodbye.SayAsync(_host, waitForHandshakes: true, CancellationToken.None).Within();

        await _host.ResumeListeningAsync().Within();

        Assert.Equal(address, Address);
        Assert.Equal(_host.PeerId, (await _client.DialAsync(address).Within()).RemotePeer);
    }

    /// <summary>A hostile peer always has one under way; a stop does not wait for it.</summary>
    [Fact]
    public async Task A_stop_does_not_wait_for_a_handshake()
    {
        using var silent = new TcpClient();
        await silent.ConnectAsync(IPAddress.Loopback, int.Parse(Address.ValueOf("tcp")!, CultureInfo.InvariantCulture)).Within();
        await silent.GetStream().WriteAsync("\u0013/multistream/1.0.0\n"u8.ToArray()).AsTask().Within();
        Assert.NotEqual(0, await silent.GetStream().ReadAsync(new byte[64]).AsTask().Within()); // accepted, and answered

        Assert.Equal(0, await _goodbye.SayAsync(_host, waitForHandshakes: false, CancellationToken.None).Within());
        Assert.False(_host.SuspendListening().IsCompleted);
    }

    private static async Task EndOfAsync(IPeerConnection connection)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = connection.Closed.Register(ended.SetResult);
        await ended.Task.Within();
    }

    private async Task<(IPeerConnection Connection, RendezvousDriver Stream)> AskAsync()
    {
        IPeerConnection connection = await _client.DialAsync(Address).Within();
        Libp2pStream stream = await connection.OpenStreamAsync([ProtocolIds.Rendezvous], CancellationToken.None).AsTask().Within();
        var driver = new RendezvousDriver(stream, () => stream.CloseWriteAsync());
        await driver.SendAsync(RawRequests.Discover("chat"u8.ToArray()).Framed());
        await _registry.NextCallAsync();
        return (connection, driver);
    }
}
