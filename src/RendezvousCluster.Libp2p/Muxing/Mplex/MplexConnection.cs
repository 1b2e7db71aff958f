using System.Globalization;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Muxing.Mplex;

/// <summary>
/// An mplex connection. The protocol has neither windows nor acknowledgements nor a goodbye, so each is made up for here.
/// </summary>
/// <remarks>
/// <para>
/// <b>Memory.</b> A stream may buffer a fixed number of bytes, and the connection's streams together another. The rest stays in the
/// transport: the connection is not read until the application makes room, which holds up its other streams. That may last for the stall
/// timeout; then the stream that does not fit is reset and the rest of its message dropped.
/// </para>
/// <para>
/// <b>Violations</b> (an unreadable header, a message above the cap, an unknown flag, an id that is open already) end the connection.
/// Messages for a stream that is not there crossed its end: they are dropped.
/// </para>
/// <para><b>Opening</b> is paced, see <see cref="OpenPacer"/>. <b>Closing</b> is the end of the transport.</para>
/// </remarks>
internal sealed partial class MplexConnection : MuxedConnection
{
    /// <summary>js-mplex shifts headers as 32-bit integers: our ids keep clear of the sign bit.</summary>
    internal const ulong MaxOutboundId = (1UL << 28) - 1;

    private readonly OpenPacer _pacer;
    private ulong _nextStreamId;
    private int _waitingOpens;

    public MplexConnection(
        IDuplexPipe transport,
        bool isDialer,
        Libp2pLimits limits,
        TimeProvider timeProvider,
        ILogger logger,
        ByteAccount? account = null,
        ulong firstStreamId = 0)
        : base(transport, isDialer, limits, timeProvider, logger, account)
    {
        _nextStreamId = firstStreamId;
        _pacer = new OpenPacer(timeProvider, limits.MplexOutboundOpensPerSecond);
        _stallWatchdog = new Watchdog(timeProvider, limits.MplexStallTimeout, OnStallTimeout);
    }

    public override bool AsksSilentRemotes => false;

    public override ValueTask<IMuxedStream> OpenStreamAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (Gate)
        {
            ThrowIfCannotOpen(_waitingOpens);
            TimeSpan wait = _pacer.TryOpen();
            if (wait == TimeSpan.Zero)
            {
                return ValueTask.FromResult<IMuxedStream>(Open());
            }

            _waitingOpens++;
            return new ValueTask<IMuxedStream>(OpenLaterAsync(wait, cancellationToken));
        }
    }

    protected override MuxedStream CreateInbound(ulong id) => new MplexStream(this, id, isOutbound: false);

    protected override void OnEnding(ConnectionEndReason reason) => _stallWatchdog.Dispose();

    protected override void OnIdle()
    {
    }

    protected override int TakeConnectionFrame(Span<byte> destination) => 0;

    protected override int TakeControlFrame(MuxedStream stream, Span<byte> destination)
    {
        if (stream.IsResetDue)
        {
            stream.IsResetDue = false;
            Forget(stream);
            return new MplexHeader(stream.Id, stream.IsOutbound ? MplexFlag.ResetInitiator : MplexFlag.ResetReceiver, 0).Write(destination);
        }

        if (stream.IsOpenDue)
        {
            stream.IsOpenDue = false;
            return WriteNewStream(stream.Id, destination);
        }

        if (stream.IsFinishDue)
        {
            stream.OnFinishWritten();
            return new MplexHeader(stream.Id, stream.IsOutbound ? MplexFlag.CloseInitiator : MplexFlag.CloseReceiver, 0).Write(destination);
        }

        return 0;
    }

    protected override int WriteRefusal(ulong id, Span<byte> destination) =>
        new MplexHeader(id, MplexFlag.ResetReceiver, 0).Write(destination);

    protected override void OnDataTaken(MuxedStream stream, int bytes)
    {
        // No window to shrink.
    }

    private async Task<IMuxedStream> OpenLaterAsync(TimeSpan wait, CancellationToken cancellationToken)
    {
        while (true)
        {
            using var delayEnd = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            await Task.WhenAny(Task.Delay(wait, TimeProvider, delayEnd.Token), Completion).ConfigureAwait(false);
            await delayEnd.CancelAsync().ConfigureAwait(false);
            lock (Gate)
            {
                // The place that this open was counted under is given up and, if all is well, taken again.
                _waitingOpens--;
                cancellationToken.ThrowIfCancellationRequested();
                ThrowIfCannotOpen(_waitingOpens);
                wait = _pacer.TryOpen();
                if (wait == TimeSpan.Zero)
                {
                    return Open();
                }

                _waitingOpens++;
            }
        }
    }

    private MplexStream Open()
    {
        if (_nextStreamId > MaxOutboundId)
        {
            throw new MuxerConnectionException(
                ConnectionEndReason.LimitReached, "No stream can be opened: the ids of this connection are used up.");
        }

        var stream = new MplexStream(this, _nextStreamId++, isOutbound: true);
        AddOutbound(stream);
        return stream;
    }

    /// <summary>The body is the stream's name, for people who read dumps: the id in decimal, as go and js write it.</summary>
    private static int WriteNewStream(ulong id, Span<byte> destination)
    {
        Span<byte> name = stackalloc byte[20];
        id.TryFormat(name, out int nameBytes, provider: CultureInfo.InvariantCulture);
        int written = new MplexHeader(id, MplexFlag.NewStream, (ulong)nameBytes).Write(destination);
        name[..nameBytes].CopyTo(destination[written..]);
        return written + nameBytes;
    }
}
