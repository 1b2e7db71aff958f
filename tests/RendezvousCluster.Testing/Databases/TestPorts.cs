using System.Net;
using System.Net.Sockets;

namespace RendezvousCluster.Testing.Databases;

/// <summary>
/// Ports for servers that are started later, or again: none is handed out again soon, and none is of the range from which the system takes
/// those of outgoing connections. A port of that range is anybody's while its server is away, and a server that wants it back does not
/// start any more.
/// </summary>
internal static class TestPorts
{
    /// <summary>Above what is well known.</summary>
    internal const int First = 16_000;

    /// <summary>Linux takes those of outgoing connections from 32 768 on.</summary>
    internal const int Last = 32_700;

    // Test processes run side by side: each begins somewhere else.
    private const int Stride = 37;

    private static readonly Lock Sync = new();
    private static int _next = First + (int)((long)Environment.ProcessId * Stride % (Last - First + 1));

    /// <summary>One that nobody listens on now, on any address.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    internal static int Take()
    {
        lock (Sync)
        {
            for (int tries = First; tries <= Last; tries++)
            {
                int port = _next;
                _next = port == Last ? First : port + 1;
                if (IsFree(port))
                {
                    return port;
                }
            }
        }

        throw new InvalidOperationException($"All ports from {First} to {Last} are taken.");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false; // somebody has it
        }
    }
}
