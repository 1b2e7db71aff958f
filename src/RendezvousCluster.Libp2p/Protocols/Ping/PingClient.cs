using System.Buffers;
using System.IO.Pipelines;
using System.Security.Cryptography;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Protocols.Ping;

/// <summary>Measures the round trip to a peer, through its application layer.</summary>
public sealed class PingClient
{
    private static readonly string[] Ids = [PingProtocol.Id];

    private readonly Libp2pLimits _limits;
    private readonly TimeProvider _timeProvider;

    /// <summary>Creates the client.</summary>
    public PingClient(Libp2pLimits limits, TimeProvider timeProvider)
    {
        _limits = limits;
        _timeProvider = timeProvider;
    }

    /// <summary>Pings once, on a stream of its own, and answers the round-trip time.</summary>
    /// <exception cref="PingException">No answer within <see cref="Libp2pLimits.PingTimeout"/>, or a wrong one.</exception>
    /// <exception cref="Negotiation.NegotiationException">The peer does not speak ping.</exception>
    public async Task<TimeSpan> PingAsync(IPeerConnection connection, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(_limits.PingTimeout, _timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timeout.Token);
        try
        {
            Libp2pStream stream = await connection.OpenStreamAsync(Ids, either.Token).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                TimeSpan roundTrip = await MeasureAsync(stream, either.Token).ConfigureAwait(false);
                await stream.FinishAsync(either.Token).ConfigureAwait(false);
                return roundTrip;
            }
        }
        catch (OperationCanceledException exception) when (timeout.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new PingException($"The peer did not answer a ping within {_limits.PingTimeout.TotalSeconds} s.", exception);
        }
    }

    private async ValueTask<TimeSpan> MeasureAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        byte[] payload = RandomNumberGenerator.GetBytes(PingProtocol.PayloadBytes);
        long start = _timeProvider.GetTimestamp();
        await stream.Output.WriteAsync(payload, cancellationToken).ConfigureAwait(false);
        ReadResult result = await stream.Input.ReadAtLeastAsync(PingProtocol.PayloadBytes, cancellationToken).ConfigureAwait(false);
        TimeSpan roundTrip = _timeProvider.GetElapsedTime(start);
        byte[] echo = result.Buffer.ToArray();
        stream.Input.AdvanceTo(result.Buffer.End);
        return echo.AsSpan().SequenceEqual(payload)
            ? roundTrip
            : throw new PingException("The peer answered a ping with other bytes than it was sent.");
    }
}
