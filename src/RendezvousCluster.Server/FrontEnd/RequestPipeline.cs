using System.Diagnostics;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Cookies;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Validation;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Protocol.Validation;
using RendezvousCluster.Server.FrontEnd.Turns;

namespace RendezvousCluster.Server.FrontEnd;

/// <summary>What is to be done about a request.</summary>
/// <param name="Status">How it went.</param>
/// <param name="Response">What to send, or null: UNREGISTER has no response.</param>
internal readonly record struct Answer(RendezvousStatus Status, RendezvousMessage? Response)
{
    /// <summary>What the peer reads about a refusal.</summary>
    public string Text => Response switch
    {
        RegisterResponse register => register.StatusText,
        DiscoverResponse discover => discover.StatusText,
        _ => "",
    };
}

/// <summary>
/// One request on its way to the registry and back: its turn → node's gate → validation → the order of the peer's commands → registry →
/// response. Every refusal and every failure ends as an answer with a status; only the end of the stream itself is thrown. Turn and gate
/// come before validation, as verifying a record is what costs the most: an overloaded node does not spend time on requests that it is
/// going to refuse. A command's turn ends there, for what it waits for then is the disk; that of a page goes on to its writer.
/// </summary>
internal sealed partial class RequestPipeline(
    IRegistry registry,
    RendezvousLimits limits,
    RequestGate gate,
    TurnQueue turns,
    PeerCommandQueue queue,
    FrontEndMetrics metrics,
    RecentRefusals refusals,
    TimeProvider timeProvider,
    ILogger<RequestPipeline> logger)
{
    // Of an envelope with a few addresses.
    private const int UsualRegistrationBytes = 256;

    private readonly RegistrationValidator _validator = new(limits);
    private readonly DiscoverPager _pager = new(registry, limits);
    private readonly DiscoverAllPager _allPager = new(registry, limits);

    /// <summary>Serves a request, within the life of <paramref name="deadline"/>.</summary>
    /// <param name="request">The request.</param>
    /// <param name="peer">Who asks.</param>
    /// <param name="turn">Its turn, which the caller ends when the answer is written.</param>
    /// <param name="deadline">Cancelled when the time is up, or the stream over.</param>
    /// <param name="streamEnded">Cancelled when the stream is over: nobody is there to be answered.</param>
    /// <exception cref="OperationCanceledException">The stream is over.</exception>
    public async ValueTask<Answer> ServeAsync(
        RendezvousRequest request, ConnectionState peer, Turn turn, CancellationToken deadline, CancellationToken streamEnded)
    {
        long started = timeProvider.GetTimestamp();
        using Activity? activity = RequestTracing.Begin(request, peer.Peer);
        Answer answer;
        try
        {
            answer = await AdmitAsync(request, peer, turn, deadline).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!streamEnded.IsCancellationRequested)
        {
            answer = Refuse(request, LateRefusal(request, turn));
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            LogFailed(logger, request.Kind, peer.Peer, exception);
            answer = Refuse(request, Refusals.InternalError);
        }

        return Record(answer, request, peer, started, activity);
    }

    /// <summary>The answer to a request that waited too long for the connection's other requests.</summary>
    public Answer RefuseLate(RendezvousRequest request, ConnectionState peer)
    {
        using Activity? activity = RequestTracing.Begin(request, peer.Peer);
        return Record(Refuse(request, Refusals.ConnectionBusy), request, peer, timeProvider.GetTimestamp(), activity);
    }

    private Answer Record(Answer answer, RendezvousRequest request, ConnectionState peer, long started, Activity? activity)
    {
        metrics.Answered(request.Kind, answer.Status, timeProvider.GetElapsedTime(started));
        RequestTracing.End(activity, answer.Status);
        if (answer.Status != RendezvousStatus.Ok)
        {
            LogRefused(logger, request.Kind, peer.Peer, answer.Status);
            refusals.Add(peer.Peer, request.Kind, answer.Status, answer.Text);
        }

        return answer;
    }

    private async ValueTask<Answer> AdmitAsync(
        RendezvousRequest request, ConnectionState peer, Turn turn, CancellationToken cancellationToken)
    {
        DateTimeOffset deadline = timeProvider.GetUtcNow() + limits.RequestTimeout;
        if (request is not DiscoverRequest asked)
        {
            return await TakeTurnAsync(request, peer, turn, deadline, cancellationToken).ConfigureAwait(false);
        }

        // Before the turn: waiting for the peer costs this node no work, and only the peer its turn.
        await peer.LearnFlavourAsync(asked, cancellationToken).ConfigureAwait(false);
        if (!asked.Namespace.IsEmpty)
        {
            return await TakeTurnAsync(request, peer, turn, deadline, cancellationToken).ConfigureAwait(false);
        }

        await peer.BeginWalkAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await TakeTurnAsync(request, peer, turn, deadline, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            peer.EndWalk();
        }
    }

    private async ValueTask<Answer> TakeTurnAsync(
        RendezvousRequest request, ConnectionState peer, Turn turn, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        int maxUnits = request is DiscoverRequest asked ? TurnOrder.UnitsFor((long)LimitOf(asked) * UsualRegistrationBytes) : 1;
        ValueTask<bool> waiting = turns.BeginAsync(turn, maxUnits, cancellationToken);
        switch (turn.WaitedFor)
        {
            case TurnWait.OwnPeer:
                metrics.HeldBack("unsent_bytes_per_connection");
                break;
            case TurnWait.Others:
                metrics.HeldBack("work_units");
                break;
            default:
                break;
        }

        if (!await waiting.ConfigureAwait(false) || !gate.TryEnter())
        {
            return Refuse(request, Refusals.NodeBusy);
        }

        try
        {
            return request switch
            {
                RegisterRequest register => await RegisterAsync(register, peer, turn, deadline, cancellationToken).ConfigureAwait(false),
                UnregisterRequest unregister =>
                    await UnregisterAsync(unregister, peer, turn, deadline, cancellationToken).ConfigureAwait(false),
                DiscoverRequest discover => await DiscoverAsync(discover, peer, deadline, cancellationToken).ConfigureAwait(false),
                _ => throw new ArgumentException($"{request.GetType().Name} is not a request.", nameof(request)),
            };
        }
        finally
        {
            gate.Leave();
        }
    }

    private async ValueTask<Answer> RegisterAsync(
        RegisterRequest request, ConnectionState peer, Turn turn, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        if (!_validator.TryValidate(request, peer.Records, deadline, out RegisterCommand? command, out Refusal? refusal))
        {
            return Refuse(request, refusal);
        }

        turns.End(turn);

        var key = new CommandKey(peer.Peer, command.Namespace);
        if (!await queue.EnterAsync(key, cancellationToken).ConfigureAwait(false))
        {
            return Refuse(request, Refusals.CommandsQueued);
        }

        try
        {
            DateTimeOffset inTurn = queue.DeadlineInTurn(key, deadline);
            RegisterCommand ordered = command with { Deadline = inTurn, Subnet = peer.Subnet };
            RegisterReply reply = await registry.RegisterAsync(ordered, cancellationToken).ConfigureAwait(false);
            uint grantedSeconds = reply.Status == RendezvousStatus.Ok ? reply.TtlSeconds : 0;
            return new Answer(reply.Status, new RegisterResponse(reply.Status, reply.StatusText, grantedSeconds));
        }
        finally
        {
            queue.Leave(key);
        }
    }

    private async ValueTask<Answer> UnregisterAsync(
        UnregisterRequest request, ConnectionState peer, Turn turn, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        turns.End(turn);
        RendezvousNamespace? ns = null;
        if (!request.Namespace.IsEmpty && !NamespaceValidator.TryRead(request.Namespace.Span, out ns, out _))
        {
            // Nothing can be registered under such a name, so there is nothing to remove: as with any unknown namespace.
            return new Answer(RendezvousStatus.Ok, Response: null);
        }

        if (!request.PeerId.IsEmpty && !IsIdOf(peer.Peer, request.PeerId.Span))
        {
            // It asks to remove somebody else's, which nobody may, and not its own.
            return new Answer(RendezvousStatus.Ok, Response: null);
        }

        var key = new CommandKey(peer.Peer, ns);
        if (!await queue.EnterAsync(key, cancellationToken).ConfigureAwait(false))
        {
            return Refuse(request, Refusals.CommandsQueued);
        }

        try
        {
            var command = new UnregisterCommand(ns, peer.Peer, queue.DeadlineInTurn(key, deadline));
            UnregisterReply reply = await registry.UnregisterAsync(command, cancellationToken).ConfigureAwait(false);
            return new Answer(reply.Status, Response: null);
        }
        finally
        {
            queue.Leave(key);
        }
    }

    private async ValueTask<Answer> DiscoverAsync(
        DiscoverRequest request, ConnectionState peer, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        int limit = LimitOf(request);
        if (request.Namespace.IsEmpty)
        {
            return await DiscoverAllAsync(request, peer, limit, deadline, cancellationToken).ConfigureAwait(false);
        }

        if (!NamespaceValidator.TryRead(request.Namespace.Span, out RendezvousNamespace? ns, out Refusal? refusal))
        {
            return Refuse(request, refusal);
        }

        ulong afterRevision = 0;
        RegistrationFlavours read = RegistrationFlavours.All;
        if (!request.Cookie.IsEmpty && !DiscoverCookie.TryRead(request.Cookie.Span, ns, out afterRevision, out read))
        {
            return Refuse(request, Refusals.CookieInvalid);
        }

        var query = new DiscoverQuery(ns, afterRevision, limit, limits.MaxInnerPageBytes, deadline)
        {
            Flavours = peer.PreferenceFor(request, read),
            FlavoursRead = read,
        };
        DiscoverResponse response = await _pager.ReadAsync(query, cancellationToken).ConfigureAwait(false);
        return new Answer(response.Status, response);
    }

    private async ValueTask<Answer> DiscoverAllAsync(
        DiscoverRequest request, ConnectionState peer, int limit, DateTimeOffset deadline, CancellationToken cancellationToken)
    {
        if (!limits.DiscoverAllNamespaces)
        {
            return Refuse(request, Refusals.AllNamespacesNotServed);
        }

        WalkPosition position = WalkPosition.Start;
        RegistrationFlavours read = RegistrationFlavours.All;
        if (!request.Cookie.IsEmpty && !WalkCookie.TryRead(request.Cookie.Span, out position, out read))
        {
            return Refuse(request, Refusals.WalkCookieInvalid);
        }

        FlavourPreference flavours = peer.PreferenceFor(request, read);
        if ((flavours.First & ~read) != RegistrationFlavours.None)
        {
            // The walk passed over what this peer is now known to read: it begins again.
            position = WalkPosition.Start;
        }

        // Begun here, for a page that is cut within the first reply has a cookie of its own.
        var query = new DiscoverAllQuery(
            position.Begin(timeProvider.GetUtcNow()), limit, limits.MaxInnerPageBytes, deadline) { Flavours = flavours };
        DiscoverResponse response = await _allPager.ReadAsync(query, cancellationToken).ConfigureAwait(false);
        return new Answer(response.Status, response);
    }

    private int LimitOf(DiscoverRequest request) =>
        request.Limit == 0 ? limits.MaxDiscoverLimit : (int)Math.Min(request.Limit, (ulong)limits.MaxDiscoverLimit);

    private static Refusal LateRefusal(RendezvousRequest request, Turn turn) => turn switch
    {
        { State: TurnState.Over, WaitedFor: TurnWait.OwnPeer, HasBegun: false } => Refusals.ConnectionBusy,
        { State: TurnState.Over, WaitedFor: TurnWait.Others, HasBegun: false } => Refusals.NodeBusy,
        _ => request.TimedOut,
    };

    private static bool IsIdOf(PeerId peer, ReadOnlySpan<byte> id) => PeerId.TryFromBytes(id, out PeerId? named) && named.Equals(peer);

    private static Answer Refuse(RendezvousRequest request, Refusal refusal) => new(refusal.Status, request.Refused(refusal));
}
