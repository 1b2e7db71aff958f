using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Mplex;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Mplex;

/// <summary>A remote that speaks in mplex messages, well or badly, to a real <see cref="MplexConnection"/>. Time stands still unless
/// moved.</summary>
internal sealed class MplexRawPeer : IAsyncDisposable
{
    // The stream that fences run on; opened at the first fence.
    private const ulong FenceId = 1_000_000;

    private readonly IDuplexPipe _transport;
    private IMuxedStream? _fence;

    private MplexRawPeer(IDuplexPipe transport, MplexConnection connection, TimerProbe time)
    {
        _transport = transport;
        Connection = connection;
        Time = time;
    }

    public MplexConnection Connection { get; }

    public TimerProbe Time { get; }

    public static MplexRawPeer Start(Libp2pLimits? limits = null, bool isDialer = false, ulong firstStreamId = 0)
    {
        DuplexPipePair pipes = DuplexPipePair.Create();
        var time = new TimerProbe();
        var connection = new MplexConnection(
            pipes.Left, isDialer, limits ?? new Libp2pLimits(), time, NullLogger.Instance, firstStreamId: firstStreamId);
        connection.Start();
        return new MplexRawPeer(pipes.Right, connection, time);
    }

    public Task SendAsync(MplexFlag flag, ulong id, byte[]? body = null)
    {
        Write(new MplexHeader(id, flag, (ulong)(body?.Length ?? 0)), body);
        return FlushAsync();
    }

    public Task SendMessageAsync(ulong id, int count) => SendAsync(MplexFlag.MessageInitiator, id, new byte[count]);

    public async Task SendBytesAsync(byte[] bytes) => await _transport.Output.WriteAsync(bytes).Within();

    public void Write(in MplexHeader header, byte[]? body = null)
    {
        _transport.Output.Advance(header.Write(_transport.Output.GetSpan(MplexHeader.MaxBytes)));
        _transport.Output.Write(body ?? []);
    }

    public Task<FlushResult> FlushAsync() => _transport.Output.FlushAsync().Within();

    /// <summary>Flushes without a bound: the test says when it has to be done.</summary>
    public ValueTask<FlushResult> StartFlush() => _transport.Output.FlushAsync();

    public void EndTransport() => _transport.Output.Complete();

    public async Task<IMuxedStream> OpenAsync(ulong id, string name = "")
    {
        await SendAsync(MplexFlag.NewStream, id, Encoding.UTF8.GetBytes(name));
        IMuxedStream? stream = await Connection.AcceptStreamAsync(CancellationToken.None).Within();
        Assert.Equal(id, stream!.Id);
        return stream;
    }

    public async Task<(MplexHeader Header, byte[] Body)> ReceiveAsync()
    {
        while (true)
        {
            ReadResult read = await _transport.Input.ReadAsync().Within();
            if (MplexHeader.TryRead(read.Buffer, out MplexHeader header, out int headerBytes) == OperationStatus.Done)
            {
                _transport.Input.AdvanceTo(read.Buffer.GetPosition(headerBytes));
                return (header, header.Length > 0 ? await _transport.Input.ReadExactlyAsync((int)header.Length) : []);
            }

            Assert.False(read.IsCompleted, "The transport ended where a message was expected.");
            _transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    public async Task<byte[]> ExpectAsync(MplexFlag flag, ulong id, int length = 0)
    {
        (MplexHeader header, byte[] body) = await ReceiveAsync();
        Assert.Equal(new MplexHeader(id, flag, (ulong)length), header);
        return body;
    }

    public async Task ExpectBytesAsync(string hex) =>
        Assert.Equal(hex, Convert.ToHexStringLower(await _transport.Input.ReadExactlyAsync(hex.Length / 2)));

    /// <summary>Everything sent so far was handled, and nothing was answered that is not read already: an echo on a stream of its own
    /// comes next.</summary>
    public async Task ExpectNothingMoreAsync()
    {
        _fence ??= await OpenAsync(FenceId);
        await SendAsync(MplexFlag.MessageInitiator, FenceId, [0x5E]);
        await _fence.WriteAsync(await _fence.Input.ReadExactlyAsync(1));
        await ExpectAsync(MplexFlag.MessageReceiver, FenceId, 1);
    }

    public async Task ExpectEndAsync(ConnectionEndReason reason)
    {
        await Connection.Completion.Within();
        Assert.Equal(reason, Connection.EndReason);
    }

    public async ValueTask DisposeAsync() => await Connection.DisposeAsync();
}
