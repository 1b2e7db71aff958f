using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>Asks a peer for identify. A server has no need to ask every client: ask when an answer is needed.</summary>
public sealed class IdentifyClient
{
    private static readonly string[] Ids = [IdentifyProtocol.Id];

    private readonly Libp2pLimits _limits;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the client.</summary>
    public IdentifyClient(Libp2pLimits limits, TimeProvider timeProvider)
    {
        _limits = limits;
        _timeProvider = timeProvider;
    }

    /// <summary>Asks once and keeps the answer as the connection's <see cref="IdentifyState"/>.</summary>
    /// <exception cref="IdentifyException">No usable answer within <see cref="Libp2pLimits.IdentifyTimeout"/>.</exception>
    /// <exception cref="Negotiation.NegotiationException">The peer does not speak identify.</exception>
    public async Task<IdentifyInfo> RequestAsync(IPeerConnection connection, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_limits.IdentifyTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            Libp2pStream stream = await connection.OpenStreamAsync(Ids, either.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                IdentifyInfo info = await IdentifyReader.ReadAsync(stream, IdentifyInfo.Empty, _limits, either.Token).ConfigureAwait(false);
                IdentifyState.Of(connection).Info = info;
                await stream.CloseWriteAsync(either.Token).ConfigureAwait(false);
                return info;
            }
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new IdentifyException($"The peer did not identify itself within {_limits.IdentifyTimeout.TotalSeconds} s.", exception);
        }
    }
}
