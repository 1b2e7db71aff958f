using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;

namespace RendezvousCluster.Registry.Links;

/// <summary>How a connection tells that it is over: by the other side, by the network or by this side's own closing.</summary>
internal static class LinkEnd
{
    /// <summary>Whether an exception says so. Everything else is a fault of this program.</summary>
    public static bool IsOne(Exception exception) => exception
        is IOException or SocketException or ObjectDisposedException or OperationCanceledException or AuthenticationException
            or Win32Exception
        or CryptographicException or InvalidDataException;
}
