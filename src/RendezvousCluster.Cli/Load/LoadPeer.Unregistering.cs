using System.Text;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Cli.Load;

internal sealed partial class LoadPeer
{
    /// <summary>
    /// Takes a registration back, on a stream of its own. UNREGISTER has no response: the point has read it when it ends the stream, and Go's points end it by a reset.
    /// </summary>
    public async Task UnregisterAsync(string ns, CancellationToken cancellationToken)
    {
        if (_connection is null || _connection.Closed.IsCancellationRequested)
        {
            await ConnectAsync(_point!, cancellationToken);
        }

        await using Libp2pStream stream = await _connection!.OpenStreamAsync(Protocols, cancellationToken);
        await RendezvousFrameWriter.WriteAsync(stream.Output, new UnregisterRequest(Encoding.UTF8.GetBytes(ns), _host.PeerId.Bytes), cancellationToken);
        try
        {
            await stream.CloseWriteAsync(cancellationToken);
            while (await stream.Input.ReadAsync(cancellationToken) is { IsCompleted: false } rest)
            {
                stream.Input.AdvanceTo(rest.Buffer.End);
            }
        }
        catch (MuxerStreamException exception) when (exception.Reason == StreamEndReason.ResetByRemote)
        {
            return; // it was sent whole before that
        }
    }
}
