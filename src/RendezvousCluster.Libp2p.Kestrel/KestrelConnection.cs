using System.IO.Pipelines;
using System.Net;
using Microsoft.AspNetCore.Connections;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Transports.Sockets;

namespace RendezvousCluster.Libp2p.Kestrel;

/// <summary>A TCP connection that Kestrel accepted.</summary>
internal sealed class KestrelConnection : RawConnection
{
    private readonly ConnectionContext _context;
    private int _disposed;

    public KestrelConnection(ConnectionContext context)
    {
        _context = context;
        RemoteIp = SocketAddresses.Unmap(((IPEndPoint)context.RemoteEndPoint!).Address);
        Scope = context.Features.Get<ConnectionScope>();
    }

    public override IDuplexPipe Transport => _context.Transport;

    public override Multiaddr LocalAddress => SocketAddresses.ToMultiaddr((IPEndPoint)_context.LocalEndPoint!, SocketBinding.Protocol);

    public override Multiaddr RemoteAddress => SocketAddresses.ToMultiaddr((IPEndPoint)_context.RemoteEndPoint!, SocketBinding.Protocol);

    public override IPAddress? RemoteIp { get; }

    public override void Abort() => _context.Abort();

    public override async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            await _context.Transport.Input.CompleteAsync().ConfigureAwait(false);
            await _context.Transport.Output.CompleteAsync().ConfigureAwait(false);
            await _context.DisposeAsync().ConfigureAwait(false);
        }
    }
}
