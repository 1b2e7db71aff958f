using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>
/// Takes <c>/ipfs/id/push/1.0.0</c>: a peer tells that something about it changed. Fields that it leaves out stay as they were. At most one
/// push per interval and connection is read; others are reset unread, for each one can cost a signature check.
/// </summary>
public sealed class IdentifyPushHandler : IStreamHandler
{
    private static readonly string[] Ids = [IdentifyProtocol.PushId];

    private readonly Libp2pLimits _limits;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the handler.</summary>
    public IdentifyPushHandler(Libp2pLimits limits, TimeProvider timeProvider)
    {
        _limits = limits;
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ProtocolIds => Ids;

    /// <inheritdoc/>
    public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        var state = IdentifyState.Of(stream.Connection);
        if (!state.TryBeginPush(_timeProvider, _limits.IdentifyPushInterval))
        {
            stream.Reset();
            return;
        }

        using var timeout = new CancellationTokenSource(_limits.IdentifyTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        state.Info = await IdentifyReader.ReadAsync(stream, state.Info ?? IdentifyInfo.Empty, _limits, either.Token).ConfigureAwait(false);
        await stream.CloseWriteAsync(either.Token).ConfigureAwait(false);
    }
}
