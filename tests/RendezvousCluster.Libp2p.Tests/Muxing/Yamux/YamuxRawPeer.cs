using System.Buffers;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing.Yamux;

/// <summary>
/// A remote that speaks in frames, well or badly, to a real <see cref="YamuxConnection"/>. Time stands still unless the test moves it, so
/// nothing is sent that the test did not cause.
/// </summary>
internal sealed class YamuxRawPeer : IAsyncDisposable
{
    private readonly IDuplexPipe _transport;

    private YamuxRawPeer(IDuplexPipe transport, YamuxConnection connection, TimerProbe time)
    {
        _transport = transport;
        Connection = connection;
        Time = time;
    }

    /// <summary>The connection under test.</summary>
    public YamuxConnection Connection { get; }

    public TimerProbe Time { get; }

    /// <param name="limits">Of the connection under test.</param>
    /// <param name="isDialer">Whether the connection under test is the dialer; then the raw peer opens even ids.</param>
    /// <param name="firstStreamId">Where the connection's own ids begin.</param>
    /// <param name="wrap">Stands between the connection under test and the pipe.</param>
    public static YamuxRawPeer Start(
        Libp2pLimits? limits = null, bool isDialer = false, uint? firstStreamId = null, Func<IDuplexPipe, IDuplexPipe>? wrap = null)
    {
        DuplexPipePair pipes = DuplexPipePair.Create();
        var time = new TimerProbe();
        IDuplexPipe transport = wrap is null ? pipes.Left : wrap(pipes.Left);
        var connection = new YamuxConnection(
            transport, isDialer, limits ?? new Libp2pLimits(), time, NullLogger.Instance, firstStreamId: firstStreamId);
        connection.Start();
        return new YamuxRawPeer(pipes.Right, connection, time);
    }

    /// <summary>Sends a frame; the length is that of the body, if there is one.</summary>
    public Task SendAsync(YamuxFrameType type, YamuxFlags flags, uint streamId, uint length = 0, byte[]? body = null)
    {
        Write(new YamuxHeader(type, flags, streamId, body is null ? length : (uint)body.Length), body);
        return FlushAsync();
    }

    public Task SendDataAsync(uint streamId, int count, YamuxFlags flags = YamuxFlags.None) =>
        SendAsync(YamuxFrameType.Data, flags, streamId, body: new byte[count]);

    public Task SendUpdateAsync(uint streamId, YamuxFlags flags, uint delta = 0) =>
        SendAsync(YamuxFrameType.WindowUpdate, flags, streamId, delta);

    /// <summary>Sends bytes that need not be frames.</summary>
    public async Task SendBytesAsync(byte[] bytes) => await _transport.Output.WriteAsync(bytes).Within();

    /// <summary>Leaves a frame in the buffer, to be flushed later.</summary>
    public void Write(in YamuxHeader header, byte[]? body = null)
    {
        header.Write(_transport.Output.GetSpan(YamuxHeader.Bytes));
        _transport.Output.Advance(YamuxHeader.Bytes);
        _transport.Output.Write(body ?? []);
    }

    public Task<FlushResult> FlushAsync() => _transport.Output.FlushAsync().Within();

    /// <summary>Flushes without a bound: the test says when it has to be done.</summary>
    public ValueTask<FlushResult> StartFlush() => _transport.Output.FlushAsync();

    public void EndTransport() => _transport.Output.Complete();

    /// <summary>Breaks the direction that the connection under test writes in; the other one stays.</summary>
    public void StopReading() => _transport.Input.Complete();

    /// <summary>Opens a stream from the raw side and takes the acknowledgement.</summary>
    public async Task<IMuxedStream> OpenAsync(uint streamId)
    {
        await SendUpdateAsync(streamId, YamuxFlags.Syn);
        await ExpectAsync(YamuxFrameType.WindowUpdate, YamuxFlags.Ack, streamId);
        IMuxedStream? stream = await Connection.AcceptStreamAsync(CancellationToken.None).Within();
        Assert.Equal(streamId, stream!.Id);
        return stream;
    }

    /// <summary>The next frame, with its body when it has one.</summary>
    public async Task<(YamuxHeader Header, byte[] Body)> ReceiveAsync()
    {
        ReadResult read = await _transport.Input.ReadAtLeastAsync(YamuxHeader.Bytes).Within();
        Assert.True(YamuxHeader.TryRead(read.Buffer, out YamuxHeader header), "The transport ended where a frame was expected.");
        _transport.Input.AdvanceTo(read.Buffer.GetPosition(YamuxHeader.Bytes));
        byte[] body =
            header.Type == YamuxFrameType.Data && header.Length > 0 ? await _transport.Input.ReadExactlyAsync((int)header.Length) : [];
        return (header, body);
    }

    public async Task<byte[]> ExpectAsync(YamuxFrameType type, YamuxFlags flags, uint streamId, uint? length = 0)
    {
        (YamuxHeader header, byte[] body) = await ReceiveAsync();
        Assert.Equal(new YamuxHeader(type, flags, streamId, length ?? header.Length), header);
        return body;
    }

    /// <summary>Exactly these bytes come next.</summary>
    public async Task ExpectBytesAsync(string hex) =>
        Assert.Equal(
            hex.Replace(" ", "", StringComparison.Ordinal),
            Convert.ToHexStringLower(await _transport.Input.ReadExactlyAsync(hex.Replace(" ", "", StringComparison.Ordinal).Length / 2)));

    /// <summary>
    /// Everything sent so far was handled, and nothing was answered that is not read already: the answer to a ping is the next frame.
    /// (Pongs are written after all other control frames.)
    /// </summary>
    public async Task ExpectNothingMoreAsync(uint pingValue = 0x5EED)
    {
        await SendAsync(YamuxFrameType.Ping, YamuxFlags.Syn, 0, pingValue);
        await ExpectAsync(YamuxFrameType.Ping, YamuxFlags.Ack, 0, pingValue);
    }

    /// <summary>The connection under test ends with this reason; it says so with this go-away, if any.</summary>
    public async Task ExpectEndAsync(ConnectionEndReason reason, YamuxGoAwayCode? goAway = null)
    {
        if (goAway is { } code)
        {
            await ExpectAsync(YamuxFrameType.GoAway, YamuxFlags.None, 0, (uint)code);
            ReadResult end = await _transport.Input.ReadAsync().Within();
            Assert.True(end.IsCompleted && end.Buffer.IsEmpty, "Something follows the go-away.");
        }

        await Connection.Completion.Within();
        Assert.Equal(reason, Connection.EndReason);
    }

    public async ValueTask DisposeAsync() => await Connection.DisposeAsync();
}
