using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Kestrel;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>What the host under test listens with: Kestrel. The tests themselves are those of the host.</summary>
internal static class Listening
{
    /// <summary>What stands behind <c>/ip4/…/tcp/…</c> of the addresses that can be listened on.</summary>
    public static string[] Suffixes { get; } = ["", "/ws"];

    public static Libp2pOptions WithListening(this Libp2pOptions options) => options.UseKestrel();

    /// <summary>The transports of bytes that can be listened on.</summary>
    public static IEnumerable<IListeningRawTransport> RawTransports(HostContext context) =>
        [new KestrelTcpTransport(context), new KestrelWebSocketTransport(context)];
}
