using System.Net;
using System.Net.Sockets;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Transports.Sockets;

/// <summary>A plain socket at the other end of a listener.</summary>
internal static class ListenerClient
{
    public static async Task<Socket> ConnectAsync(ITransportListener listener)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, int.Parse(listener.Addresses[0].ValueOf("tcp")!));
        return socket;
    }

    /// <summary>Reads until the other side ends the connection, in whichever way.</summary>
    public static async Task EndAsync(Socket socket)
    {
        byte[] buffer = new byte[1_024];
        try
        {
            while (await socket.ReceiveAsync(buffer).Within() > 0)
            {
            }
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionReset)
        {
            Assert.NotNull(exception.Message);
        }
    }
}
