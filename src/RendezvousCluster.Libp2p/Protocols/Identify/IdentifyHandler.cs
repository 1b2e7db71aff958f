using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>Answers <c>/ipfs/id/1.0.0</c>: says who this host is and how it sees the asker, then closes.</summary>
public sealed class IdentifyHandler : IStreamHandler
{
    private static readonly string[] Ids = [IdentifyProtocol.Id];

    private readonly IIdentifySource _source;
    private readonly Libp2pLimits _limits;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the handler.</summary>
    public IdentifyHandler(IIdentifySource source, Libp2pLimits limits, TimeProvider timeProvider)
    {
        _source = source;
        _limits = limits;
        _timeProvider = timeProvider;
    }

    /// <inheritdoc/>
    public IReadOnlyList<string> ProtocolIds => Ids;

    /// <inheritdoc/>
    public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_limits.IdentifyTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        IdentifyMessageWriter.Write(stream.Output, _source, stream.Connection.RemoteAddress, _limits.IdentifyMaxSentMessageBytes);
        await stream.Output.FlushAsync(either.Token).ConfigureAwait(false);
        await stream.FinishAsync(either.Token).ConfigureAwait(false);
    }
}
