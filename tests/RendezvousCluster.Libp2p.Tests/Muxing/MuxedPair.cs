using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

/// <summary>Two connections of one muxer, joined in memory.</summary>
internal sealed class MuxedPair : IAsyncDisposable
{
    public MuxedPair(IMuxedConnection dialer, IMuxedConnection listener)
    {
        Dialer = dialer;
        Listener = listener;
    }

    public IMuxedConnection Dialer { get; }

    public IMuxedConnection Listener { get; }

    public static MuxedPair Start(IStreamMuxer muxer, Libp2pLimits? limits = null, Func<IDuplexPipe, IDuplexPipe>? cut = null)
    {
        limits ??= new Libp2pLimits();
        cut ??= pipe => pipe;
        DuplexPipePair pipes = DuplexPipePair.Create();
        return new MuxedPair(
            muxer.Start(cut(pipes.Left), isDialer: true, limits),
            muxer.Start(cut(pipes.Right), isDialer: false, limits));
    }

    /// <summary>Opens a stream at the dialer and accepts it at the listener.</summary>
    public async Task<(IMuxedStream Dialed, IMuxedStream Accepted)> OpenAsync()
    {
        IMuxedStream dialed = await Dialer.OpenStreamAsync(CancellationToken.None).Within();
        IMuxedStream? accepted = await Listener.AcceptStreamAsync(CancellationToken.None).Within();
        Assert.NotNull(accepted);
        return (dialed, accepted);
    }

    public async ValueTask DisposeAsync()
    {
        await Dialer.DisposeAsync();
        await Listener.DisposeAsync();
    }
}
