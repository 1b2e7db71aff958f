using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Kestrel;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Transport;

/// <summary>A host of ours and a js peer, with one connection between them.</summary>
internal sealed class ConnectedPair : IAsyncDisposable
{
    private ConnectedPair(Libp2pHost us, JsPeer js)
    {
        Us = us;
        Js = js;
    }

    public Libp2pHost Us { get; }

    public JsPeer Js { get; }

    /// <summary>Our end of the connection.</summary>
    public IPeerConnection Connection { get; private set; } = null!;

    public string OurAddress => Us.ListenAddresses[0].WithPeerId(Us.PeerId).ToString();

    public static async Task<ConnectedPair> ConnectAsync(Stack stack)
    {
        var options = new Libp2pOptions { ListenAddresses = { Multiaddr.Parse(stack.ListenAddress) } };
        var pair = new ConnectedPair(
            new Libp2pHost(options.UseKestrel(), [new EchoHandler(), new DigestHandler()]),
            await JsPeer.StartAsync(stack.Transport, stack.Muxer));
        try
        {
            await pair.Us.StartAsync().Within();
            pair.Connection = stack.Dialler == Dialler.Us ? await pair.DialJsAsync() : await pair.BeDialledAsync();
            return pair;
        }
        catch
        {
            await pair.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Js.DisposeAsync();
        await Us.DisposeAsync();
    }

    private async Task<IPeerConnection> DialJsAsync()
    {
        IPeerConnection connection = await Us.DialAsync(Multiaddr.Parse(Js.Addresses[0])).Within();
        // We may be ready a moment before js is; it runs identify when it has taken the connection into its books.
        await Js.AskAsync("identify", new { peer = Us.PeerId.ToString() });
        return connection;
    }

    private async Task<IPeerConnection> BeDialledAsync()
    {
        await Js.AskAsync("dial", new { addr = OurAddress });
        // js may be ready a moment before we are; a stream that we have served proves that we are too.
        await Js.AskAsync("echo", new { peer = Us.PeerId.ToString(), bytes = 1 });
        return Assert.Single(Us.Connections);
    }
}
