using System.IO.Pipelines;
using System.Net;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Tests.Muxing;
using RendezvousCluster.Testing.Transports;

namespace RendezvousCluster.Libp2p.Tests.Transports.Native;

/// <summary>The streams of the native transport keep every promise of a muxer, so the host is not tested with something kinder.</summary>
public sealed class NativeConnectionConformanceTests : MuxerConformance
{
    protected override IStreamMuxer CreateMuxer() => throw new NotSupportedException("Nothing is upgraded.");

    private protected override MuxedPair StartPair(Func<IDuplexPipe, IDuplexPipe>? cut = null)
    {
        (NativeConnection dialler, NativeConnection accepted) =
            NativeConnection.CreatePair(new IPEndPoint(IPAddress.Loopback, 1), new IPEndPoint(IPAddress.Loopback, 2));
        dialler.Begin(Place(isOutbound: true), CreateLimits());
        accepted.Begin(Place(isOutbound: false), CreateLimits());
        return new MuxedPair(dialler, accepted);
    }

    private protected override (long Unread, long Held) BooksOf(IMuxedConnection connection)
    {
        long held = ((NativeConnection)connection).Scope.Account.HeldBytes;
        return (held, held);
    }

    private ConnectionScope Place(bool isOutbound) => new(new ConnectionLimiter(CreateLimits()), default, isOutbound, arrival: 0);
}
