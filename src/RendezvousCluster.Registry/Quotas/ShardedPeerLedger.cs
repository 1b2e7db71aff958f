using System.Runtime.CompilerServices;
using Akka.Actor;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Logging;

namespace RendezvousCluster.Registry.Quotas;

/// <summary>
/// The ledger of the cluster as one node sees it: each question is asked of the entity of its part. A ledger that does not answer does not
/// hold up a REGISTER for longer than <see cref="AnswerTimeout"/>, but this class counts it, and logs it once a minute: without a ledger no
/// quota holds.
/// </summary>
internal sealed partial class ShardedPeerLedger(EntityAsker parts, Func<IActorRef?> region, TimeProvider time, ILogger logger) : IPeerLedger
{
    /// <summary>One try. The rest of a deadline of five seconds is enough for the namespace.</summary>
    internal static readonly TimeSpan AnswerTimeout = AskPolicy.TryTimeout;

    private readonly ReservationRefusals _refusals = new(time, logger);
    private readonly LogThrottle<StrongBox<int>> _unanswered = new(time, registers => LogUnanswered(logger, registers.Value));

    /// <inheritdoc/>
    public async ValueTask<Reservation?> ReserveAsync(LedgerReserve asked, CancellationToken cancellationToken)
    {
        DateTimeOffset giveUpAt = time.GetUtcNow() + AnswerTimeout;
        (LedgerReply? reply, _) = await parts.AskAsync<LedgerReply>(
            asked, giveUpAt < asked.Deadline ? giveUpAt : asked.Deadline, cancellationToken).ConfigureAwait(false);
        if (reply is null)
        {
            OnUnanswered();
        }
        else
        {
            _refusals.Notice(reply.Reservation, asked.Charge);
        }

        return reply?.Reservation;
    }

    /// <inheritdoc/>
    public void Tell(LedgerMessage message) => region()?.Tell(message, ActorRefs.NoSender);

    /// <inheritdoc/>
    public async ValueTask<LedgerListing?> ListAsync(PeerId peer, int after, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        (LedgerListing? listing, _) = await parts.AskAsync<LedgerListing>(
            new LedgerQuery(PeerDigest.Of(peer), after), deadline, cancellationToken).ConfigureAwait(false);
        return listing;
    }

    private void OnUnanswered()
    {
        RegistryMetrics.LedgerUnanswered();
        _unanswered.Add(1, static (registers, more) => registers.Value += more);
    }
}
