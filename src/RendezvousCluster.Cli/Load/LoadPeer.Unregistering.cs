using System.Text;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Cli.Load;

internal sealed partial class LoadPeer
{
    private static readonly TimeSpan UnregisterTimeout = TimeSpan.FromSeconds(2);

    /// <summary>
    /// Takes a registration back, on a stream of its own. UNREGISTER has no response: the point has read it when it ends the stream, and
    /// Go's and rust's points end it by a reset.
    /// </summary>
    public async Task UnregisterAsync(string ns, CancellationToken cancellationToken)
    {
        if (_connection is null || _connection.Closed.IsCancellationRequested)
        {
            await ConnectAsync(_point!, cancellationToken);
        }

        await using Libp2pStream stream = await _connection!.OpenStreamAsync(Protocols, cancellationToken);
        var request = new UnregisterRequest(Encoding.UTF8.GetBytes(ns), _host.PeerId.Bytes);
        using var timeout = new CancellationTokenSource(UnregisterTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        try
        {
            await RendezvousFrameWriter.WriteAsync(stream.Output, request, either.Token);
            await stream.CloseWriteAsync(either.Token);
            while (await stream.Input.ReadAsync(either.Token) is { IsCompleted: false } rest)
            {
                stream.Input.AdvanceTo(rest.Buffer.End);
            }
        }
        catch (MuxerStreamException exception) when (exception.Reason == StreamEndReason.ResetByRemote)
        {
            return; // rust's may reset it before this side has noticed that the request is out
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return; // some never end a stream
        }
    }
}
