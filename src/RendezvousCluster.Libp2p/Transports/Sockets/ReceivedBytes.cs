using System.Net.Sockets;

namespace RendezvousCluster.Libp2p.Transports.Sockets;

/// <summary>
/// Whether the other side of a connection has ever sent a byte, as the kernel knows it: also when this process has not come to read it, or
/// has read it and has not come to look at it.
/// </summary>
internal static class ReceivedBytes
{
    private const int IpProtoTcp = 6;
    private const int TcpInfo = 11;

    // struct tcp_info of Linux (include/uapi/linux/tcp.h), since 4.1.
    private const int BytesReceivedOffset = 128;
    private const int TcpInfoBytes = BytesReceivedOffset + sizeof(ulong);

    /// <summary>Asks the kernel; a socket that is closed has sent what it will.</summary>
    public static bool HasAny(Socket socket)
    {
        try
        {
            if (socket.Available > 0 || !OperatingSystem.IsLinux())
            {
                return socket.Available > 0;
            }

            Span<byte> info = stackalloc byte[TcpInfoBytes];
            int written = socket.GetRawSocketOption(IpProtoTcp, TcpInfo, info);
            return written >= TcpInfoBytes && BitConverter.ToUInt64(info[BytesReceivedOffset..]) > 0;
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
