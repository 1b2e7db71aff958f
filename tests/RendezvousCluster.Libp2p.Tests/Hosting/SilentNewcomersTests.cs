using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>
/// The attack that refused 34 of 35 honest peers: 8 addresses × 65 connections that send nothing, opened again when they are closed.
/// </summary>
public sealed class SilentNewcomersTests
{
    private const int Addresses = 8;
    private const int ConnectionsOfEach = 65;
    private const int HonestPeers = 35;

    public static TheoryData<string> ListenAddresses => new(Listening.Suffixes.Select(suffix => $"/ip4/127.0.0.1/tcp/0{suffix}"));

    [Theory]
    [MemberData(nameof(ListenAddresses))]
    public async Task Silent_newcomers_from_eight_addresses_keep_no_honest_peer_out(string listen)
    {
        await using var host = new Libp2pHost(
            new Libp2pOptions { ListenAddresses = { Multiaddr.Parse(listen) } }.WithListening(), [new EchoHandler()]);
        await host.StartAsync();
        int port = int.Parse(host.ListenAddresses[0].ValueOf("tcp")!);
        using var end = new CancellationTokenSource();
        var full = new CountdownEvent(Addresses * ConnectionsOfEach);
        Task[] attackers =
        [
            .. from address in Enumerable.Range(0, Addresses)
               from _ in Enumerable.Range(0, ConnectionsOfEach)
               select KeepSilentAsync(IPAddress.Parse($"127.0.0.{10 + address}"), port, full, end.Token),
        ];
        await Eventually.EqualAsync(true, () => full.IsSet);
        await using var client = new Libp2pHost(new Libp2pOptions(), []);

        for (int i = 0; i < HonestPeers; i++)
        {
            IPeerConnection connection = await client.DialAsync(host.ListenAddresses[0].WithPeerId(host.PeerId)).Within();
            await connection.CloseAsync().Within();
        }

        await end.CancelAsync();
        await Task.WhenAll(attackers).Within();
    }

    private static async Task KeepSilentAsync(IPAddress from, int port, CountdownEvent full, CancellationToken end)
    {
        bool counted = false;
        byte[] buffer = new byte[16];
        while (!end.IsCancellationRequested)
        {
            try
            {
                using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                socket.Bind(new IPEndPoint(from, 0));
                await socket.ConnectAsync(IPAddress.Loopback, port, end);
                if (!counted)
                {
                    counted = true;
                    full.Signal();
                }

                await socket.ReceiveAsync(buffer, end);
            }
            catch (Exception exception) when (exception is SocketException or OperationCanceledException)
            {
                // Closed: again.
                await Task.Yield();
            }
        }
    }
}
