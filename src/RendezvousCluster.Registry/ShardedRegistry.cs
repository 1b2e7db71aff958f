using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Readiness;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry;

// Request path, step 12: reach the owner of the namespace.
/// <summary>
/// The registry of the cluster as a front end on one node sees it: each command is asked of the entity of its namespace, wherever that
/// lives.
/// </summary>
/// <remarks>
/// All commands are idempotent, so a question without an answer is asked again (<see cref="EntityAsker"/>) until the command's deadline
/// ends it with E_UNAVAILABLE. The entity drops what reaches it after the deadline. A REGISTER asks the ledger of quotas first
/// (<see cref="RegistrationBooking"/>). A DISCOVER brings one page that fits the frames between nodes; the caller asks for the next one.
/// </remarks>
internal sealed class ShardedRegistry : IRegistry
{
    private readonly EntityAsker _namespaces;
    private readonly IPeerLedger _ledger;
    private readonly UnregisterAll _unregisterAll;
    private readonly NamespaceWalk _walk;
    private readonly TimeProvider _time;
    private readonly RecentOutcomes? _outcomes;
    private readonly RecentOutcomes? _places;

    /// <param name="namespaces">Asks the owners of namespaces.</param>
    /// <param name="directory">Knows which namespaces there are.</param>
    /// <param name="ledger">Counts what peers have.</param>
    /// <param name="time">The clock of deadlines.</param>
    /// <param name="outcomes">Where it is counted whether requests are served; null: nowhere.</param>
    /// <param name="places">Where it is counted that the point is full; null: nowhere.</param>
    public ShardedRegistry(
        EntityAsker namespaces,
        INamespaceDirectory directory,
        IPeerLedger ledger,
        TimeProvider time,
        RecentOutcomes? outcomes = null,
        RecentOutcomes? places = null)
    {
        _outcomes = outcomes;
        _places = places;
        _namespaces = namespaces;
        _ledger = ledger;
        _time = time;
        _unregisterAll = new UnregisterAll(ledger, directory, UnregisterOneAsync, time);
        _walk = new NamespaceWalk(directory, FetchAsync, time);
    }

    /// <inheritdoc/>
    public ValueTask<RegisterReply> RegisterAsync(RegisterCommand command, CancellationToken cancellationToken) =>
        CountAsync(BookAsync(command, cancellationToken), command.Deadline, reply => IsServed(reply.Status, reply.StatusText));

    /// <inheritdoc/>
    public ValueTask<UnregisterReply> UnregisterAsync(UnregisterCommand command, CancellationToken cancellationToken) => CountAsync(
        command.Namespace is null
            ? _unregisterAll.RunAsync(command, cancellationToken)
            : UnregisterOneAsync(command, command.Deadline, cancellationToken),
        command.Deadline,
        reply => reply.Status != RendezvousStatus.Unavailable);

    /// <inheritdoc/>
    public ValueTask<DiscoverReply> DiscoverAsync(DiscoverQuery query, CancellationToken cancellationToken) =>
        CountAsync(FetchAsync(query, cancellationToken), query.Deadline, reply => IsServed(reply.Status, reply.StatusText));

    /// <summary>Reads at most as much as one message between nodes can bring.</summary>
    /// <inheritdoc/>
    public ValueTask<DiscoverAllReply> DiscoverAllAsync(DiscoverAllQuery query, CancellationToken cancellationToken) => CountAsync(
        _walk.ReadAsync(
            query.MaxBytes > AskPolicy.MaxPageBytes ? query with { MaxBytes = AskPolicy.MaxPageBytes } : query, cancellationToken),
        query.Deadline,
        reply => IsServed(reply.Status, reply.StatusText));

    // A refusal by a rule or a limit is an answer: a peer can have as many of them as it likes.
    private static bool IsServed(RendezvousStatus status, string text) => status switch
    {
        RendezvousStatus.InternalError => false,
        RendezvousStatus.Unavailable => text is not (StatusTexts.NoAnswer or StatusTexts.RegisterTimedOut
            or StatusTexts.StoreAway or StatusTexts.DeadlinePassed or StatusTexts.DirectoryUnavailable or StatusTexts.NoNamespaceAnswered),
        _ => true,
    };

    private async ValueTask<TReply> CountAsync<TReply>(ValueTask<TReply> asking, DateTimeOffset deadline, Func<TReply, bool> isServed)
    {
        try
        {
            TReply reply = await asking.ConfigureAwait(false);
            _outcomes?.Count(isServed(reply));
            return reply;
        }
        catch (OperationCanceledException)
        {
            // A peer that goes away before its time is up has had no outcome.
            if (_time.GetUtcNow() >= deadline)
            {
                _outcomes?.Count(isServed: false);
            }

            throw;
        }
    }

    private async ValueTask<RegisterReply> BookAsync(RegisterCommand command, CancellationToken cancellationToken)
    {
        LedgerReserve asked = LedgerReserve.For(command);
        Reservation? reservation = await _ledger.ReserveAsync(asked, cancellationToken).ConfigureAwait(false);
        Admission admission = RegistrationBooking.AdmissionFor(reservation);
        (RegisterReply? reply, string text) = await _namespaces.AskAsync<RegisterReply>(
            NamespaceCommand.For(admission == command.Admission ? command : command with { Admission = admission }),
            command.Deadline,
            cancellationToken).ConfigureAwait(false);
        if (reply is null)
        {
            // Nobody knows what became of it. The place stays, and ends with the time to live.
            return RegistryReplies.Register(
                RendezvousStatus.Unavailable, text == StatusTexts.NoAnswer ? StatusTexts.RegisterTimedOut : text);
        }

        RegistryMetrics.Replied(reply, reservation);
        if (reply.IsAbsent && reservation is Reservation.Full or Reservation.OverBytes)
        {
            _places?.Count(isServed: false);
        }

        if (RegistrationBooking.FollowUp(asked, reservation, reply, _time.GetUtcNow()) is { } followUp)
        {
            _ledger.Tell(followUp);
        }

        return RegistrationBooking.Explain(reply, reservation);
    }

    private async ValueTask<UnregisterReply> UnregisterOneAsync(
        UnregisterCommand command, DateTimeOffset giveUpAt, CancellationToken cancellationToken)
    {
        (UnregisterReply? reply, _) =
            await _namespaces.AskAsync<UnregisterReply>(NamespaceCommand.For(command), giveUpAt, cancellationToken).ConfigureAwait(false);
        if (reply?.Status == RendezvousStatus.Ok)
        {
            _ledger.Tell(LedgerRelease.For(command.Peer, NamespaceCommand.RequireNamespace(command.Namespace), command.Deadline));
        }

        return reply ?? new UnregisterReply(RendezvousStatus.Unavailable);
    }

    private async ValueTask<DiscoverReply> FetchAsync(DiscoverQuery query, CancellationToken cancellationToken)
    {
        DiscoverQuery capped = query.MaxBytes > AskPolicy.MaxPageBytes ? query with { MaxBytes = AskPolicy.MaxPageBytes } : query;
        (DiscoverReply? reply, string text) =
            await _namespaces.AskAsync<DiscoverReply>(NamespaceCommand.For(capped), query.Deadline, cancellationToken)
                .ConfigureAwait(false);
        return reply ?? RegistryReplies.Discover(RendezvousStatus.Unavailable, text);
    }
}
