using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Transports.Tcp;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>
/// What the host under test listens with: here what the library brings by itself. The tests of listening on Kestrel have a class of the
/// same name, and run the same tests with it.
/// </summary>
internal static class Listening
{
    /// <summary>What stands behind <c>/ip4/…/tcp/…</c> of the addresses that can be listened on.</summary>
    public static string[] Suffixes { get; } = [""];

    public static Libp2pOptions WithListening(this Libp2pOptions options) => options;

    /// <summary>The transports of bytes that can be listened on.</summary>
    public static IEnumerable<IListeningRawTransport> RawTransports(HostContext context) => 
        [new TcpTransport(context.Door, context.Limits.WriteTimeout, context.TimeProvider, context.LoggerFactory)];
}
