using System.Buffers;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Tests.Hosting;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Transports.Sockets;
using RendezvousCluster.Libp2p.Transports.Tcp;
using RendezvousCluster.Testing;
using static RendezvousCluster.Libp2p.Tests.Transports.Sockets.ListenerClient;

namespace RendezvousCluster.Libp2p.Tests.Transports.Sockets;

/// <summary>What is counted, refused and cut before a transport has read a byte; the same for all that listens on sockets.</summary>
public sealed class SocketListenerTests
{
    private const string Tcp = "/ip4/127.0.0.1/tcp/0";

    private static readonly Task Never = new TaskCompletionSource().Task;

    public static TheoryData<string> Addresses => new(Listening.Suffixes.Select(suffix => Tcp + suffix));

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task A_connection_that_says_nothing_is_counted_at_its_accept_and_cut_at_the_timeout(string address)
    {
        var limits = new Libp2pLimits();
        var time = new TimerProbe(limits.FirstByteTimeout);
        var sockets = new TestHostContext(limits, time);
        await using ITransportListener listener = await ListenAsync(sockets, address, _ => Never);
        using Socket silent = await ConnectAsync(listener);
        await time.Started.Within();
        Assert.Equal((1, 1), (sockets.Limiter.Connections, sockets.Limiter.PendingHandshakes));

        time.Advance(limits.FirstByteTimeout);

        await EndAsync(silent);
        Assert.Equal(0, sockets.Limiter.PendingHandshakes);
    }

    [Fact]
    public async Task A_byte_that_has_come_and_was_not_looked_at_is_a_first_byte()
    {
        var log = new RecordingLogger();
        var limits = new Libp2pLimits { MaxPendingHandshakes = 1 };
        var time = new TimerProbe(limits.FirstByteTimeout);
        var sockets = new TestHostContext(limits, time, log);

        // It reads nothing, as a server that lags.
        await using ITransportListener listener = await ListenAsync(sockets, Tcp, _ => Never);
        using Socket honest = await ConnectAsync(listener);
        await time.Started.Within();
        await honest.SendAsync("G"u8.ToArray());
        await ArrivedAsync(honest);

        time.Advance(limits.FirstByteTimeout);
        Assert.Equal((1, 1), (sockets.Limiter.Connections, sockets.Limiter.PendingHandshakes));
        using Socket newcomer = await ConnectAsync(listener);
        try
        {
            await EndAsync(newcomer);
        }
        catch (TimeoutException)
        {
            Assert.Fail(
                $"The newcomer lives; {sockets.Limiter.Connections} connections, {sockets.Limiter.PendingHandshakes} pending, "
                + $"the first one ended: {honest.Poll(TimeSpan.Zero, SelectMode.SelectRead)}, "
                + $"log: {string.Join(" | ", log.Lines.Select(line => line.Message))}");
        }

        Assert.Equal((1, 1), (sockets.Limiter.Connections, sockets.Limiter.PendingHandshakes));
        Assert.DoesNotContain(log.Lines, line => line.Message.Contains(nameof(Libp2pLimits.FirstByteTimeout), StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task At_the_bound_newcomers_are_closed_at_once_and_a_freed_place_is_given_away(string address)
    {
        var log = new RecordingLogger();
        var sockets = new TestHostContext(new Libp2pLimits { MaxConnections = 2 }, new FakeTimeProvider(), log);
        await using ITransportListener listener = await ListenAsync(sockets, address, _ => Never);
        Socket first = await ConnectAsync(listener);
        using Socket second = await ConnectAsync(listener);
        await Eventually.EqualAsync(2, () => sockets.Limiter.Connections);
        foreach (Socket speaking in new[] { first, second })
        {
            await speaking.SendAsync("G"u8.ToArray());
            await ArrivedAsync(speaking);
        }

        for (int i = 0; i < 10; i++)
        {
            using Socket refused = await ConnectAsync(listener);
            await EndAsync(refused);
        }

        Assert.Equal(2, sockets.Limiter.Connections);
        Assert.Contains("MaxConnections = 2", Assert.Single(log.Lines).Message);
        if (address != Tcp)
        {
            first.Dispose();
            await Eventually.EqualAsync(1, () => sockets.Limiter.Connections);
            using Socket third = await ConnectAsync(listener);
            await Eventually.EqualAsync(2, () => sockets.Limiter.Connections);
        }

        first.Dispose();
    }

    [Theory]
    [MemberData(nameof(Addresses))]
    public async Task At_the_bound_silent_connections_give_way_to_as_many_newcomers_as_come(string address)
    {
        var sockets = new TestHostContext(new Libp2pLimits { MaxConnections = 4, MaxPendingHandshakes = 2 }, new FakeTimeProvider());
        await using ITransportListener listener = await ListenAsync(
            sockets, address, connection => Task.WhenAny(connection.Transport.Input.ReadAsync().AsTask()));
        var silent = new List<Socket>();
        for (int i = 0; i < 200; i++)
        {
            silent.Add(await ConnectAsync(listener));
        }

        foreach (Socket early in silent[..^2])
        {
            await EndAsync(early);
        }

        await Eventually.EqualAsync(2, () => sockets.Limiter.Connections);
        Assert.All(silent[^2..], late => Assert.False(late.Poll(TimeSpan.Zero, SelectMode.SelectRead)));
        silent.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task A_peer_that_does_not_read_its_last_bytes_is_cut_and_its_place_is_free()
    {
        var limits = new Libp2pLimits();
        var time = new TimerProbe(limits.WriteTimeout);
        var sockets = new TestHostContext(limits, time);
        await using ITransportListener listener = await ListenAsync(sockets, Tcp, async connection =>
        {
            // More than the kernels take at both ends, and nobody waits for it: then the connection is disposed.
            connection.Transport.Output.Write(new byte[64 * 1024 * 1024]);
            Task writing = connection.Transport.Output.FlushAsync().AsTask();
            await Task.WhenAny(writing, Task.CompletedTask);
        });
        using Socket deaf = await ConnectAsync(listener);
        await time.Started.Within();
        Assert.Equal(1, sockets.Limiter.Connections);

        time.Advance(limits.WriteTimeout);

        await Eventually.EqualAsync(0, () => sockets.Limiter.Connections);
    }

    [Fact]
    public async Task The_kernel_watches_the_link_of_every_connection_and_gives_it_up_within_two_minutes()
    {
        var sockets = new TestHostContext();
        await using ITransportListener listener = await ListenAsync(sockets, Tcp, _ => Task.CompletedTask);
        using Socket socket = await ConnectAsync(listener);

        SocketBinding.Prepare(socket);

        Assert.Equal(1, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.InRange(
            Seconds(SocketOptionName.TcpKeepAliveTime)
                + (Seconds(SocketOptionName.TcpKeepAliveInterval) * Seconds(SocketOptionName.TcpKeepAliveRetryCount)),
            1,
            120);

        int Seconds(SocketOptionName option) => (int)socket.GetSocketOption(SocketOptionLevel.Tcp, option)!;
    }

    [Fact]
    public async Task A_listener_whose_accepts_fail_waits_between_them_says_so_once_and_accepts_again_when_it_can()
    {
        var log = new RecordingLogger();
        var pause = TimeSpan.FromMilliseconds(100);
        var time = new Muxing.TimerProbe();
        var sockets = new TestHostContext(new Libp2pLimits(), time, log);
        Socket listening = SocketBinding.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        using var sameDescriptor = new Socket(new SafeSocketHandle(listening.Handle, ownsHandle: false));
        using var listener = new SocketListener<TcpConnection>(
            listening,
            sockets.Context.Door,
            (socket, scope) => new TcpConnection(socket, scope, pause, time),
            connection => connection.Abort(),
            time,
            log);
        Task<TcpConnection?> accepting = listener.AcceptAsync().AsTask();

        // A listening socket that is shut down fails every accept until it listens again, as one does whose process has no descriptor left.
        sameDescriptor.Shutdown(SocketShutdown.Receive);
        await time.TimerCreatedAsync(pause);
        time.Advance(pause);
        await time.TimerCreatedAsync(pause);
        sameDescriptor.Listen();
        using var peer = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await peer.ConnectAsync(sameDescriptor.LocalEndPoint!);
        time.Advance(pause);

        await (await accepting.Within())!.DisposeAsync();
        Assert.Contains("cannot be accepted", Assert.Single(log.Lines).Message);
    }

    private static Task<ITransportListener> ListenAsync(TestHostContext sockets, string address, Func<RawConnection, Task> onConnection)
    {
        Multiaddr listen = Multiaddr.Parse(address);
        return sockets.TransportFor(listen).ListenAsync(listen, onConnection, CancellationToken.None).Within();
    }

    /// <summary>Waits until the other side's kernel has all that was sent.</summary>
    private static async Task ArrivedAsync(Socket sender) => await Eventually.EqualAsync(0u, () =>
    {
        const int IpProtoTcp = 6;
        const int TcpInfo = 11;
        const int UnackedOffset = 24; // tcpi_unacked of struct tcp_info
        byte[] info = new byte[UnackedOffset + sizeof(uint)];
        sender.GetRawSocketOption(IpProtoTcp, TcpInfo, info);
        return BitConverter.ToUInt32(info, UnackedOffset);
    });
}
