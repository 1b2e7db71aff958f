using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Ownership;

// Request path, step 16: apply the events, then answer.
internal sealed partial class NamespaceOwner<TCaller>
{
    private readonly GroupCommitQueue<WaitingCommand> _queue = new();

    private IReadOnlyList<NamespaceEvent> _eventsInFlight = [];
    private List<WaitingReply> _repliesInFlight = [];

    /// <summary>Whether a write is in flight, or decided and about to be.</summary>
    public bool IsWriting => _eventsInFlight.Count > 0;

    /// <summary>How many commands wait for the write in flight to end.</summary>
    public int QueuedCommands => _queue.Count;

    /// <summary>The write in flight is in the journal.</summary>
    /// <exception cref="InvalidOperationException">No write is in flight.</exception>
    public void Committed(DateTimeOffset now)
    {
        if (!IsWriting)
        {
            throw new InvalidOperationException("No write is in flight.");
        }

        foreach (NamespaceEvent @event in _eventsInFlight)
        {
            State!.Apply(@event);
        }

        LastSequence += _eventsInFlight.Count;
        _opened = true;
        _isBare = false;
        _trustedSince = _writingSince;
        _quietSince = port.Elapsed;
        List<WaitingReply> replies = _repliesInFlight;
        _eventsInFlight = [];
        _repliesInFlight = [];
        replies.ForEach(waiting => port.Reply(waiting.Caller, waiting.Reply));
        FinishOpening(now);
        if (_reclaiming)
        {
            DeleteSnapshots(LastSequence);
        }
        else if (_stopping)
        {
            End();
        }
        else
        {
            Compact();
            WriteNextBatch(now);
        }
    }

    /// <summary>Nobody knows whether the write in flight is, or will be, in the journal.</summary>
    public void WriteFailed()
    {
        _repliesInFlight.ForEach(waiting => port.RetryLater(waiting.Caller));
        _repliesInFlight = [];
        _eventsInFlight = [];
        _stopping = true;
        TellWaitingToRetry();
        End();
    }

    private void Enqueue(WaitingCommand waiting, PeerId peer, DateTimeOffset now)
    {
        if (_stopping)
        {
            port.RetryLater(waiting.Caller);
        }
        else if (IsShutOut)
        {
            Refuse(waiting);
        }
        else if (!_queue.TryEnqueue(peer, waiting))
        {
            port.Reply(waiting.Caller, waiting.Register is null
                ? new UnregisterReply(RendezvousStatus.Unavailable)
                : RegistryReplies.Register(RendezvousStatus.Unavailable, StatusTexts.QueueFull));
        }
        else if (!IsWriting)
        {
            WriteNextBatch(now);
        }
    }

    private void WriteNextBatch(DateTimeOffset now)
    {
        State!.SweepIfFull(now);
        while (_queue.TakeBatch() is { Count: > 0 } batch)
        {
            List<NamespaceEvent> events = Decide(batch, now, out List<WaitingReply> replies);
            if (events.Count > 0 && port.IsJournalAway)
            {
                replies.ForEach(Refuse);
            }
            else if (events.Count > 0)
            {
                Write(events, replies, now);
                return;
            }
        }
    }

    private List<NamespaceEvent> Decide(List<WaitingCommand> batch, DateTimeOffset now, out List<WaitingReply> replies)
    {
        ulong lastRevision = State!.LastRevision;
        int growth = 0;
        var events = new List<NamespaceEvent>(batch.Count + 1);
        replies = new List<WaitingReply>(batch.Count);
        foreach (WaitingCommand waiting in batch)
        {
            (NamespaceEvent? @event, object reply, int grown) = waiting.Decide(State, now, lastRevision, growth);
            if (@event is null)
            {
                port.Reply(waiting.Caller, reply);
                continue;
            }

            events.Add(@event);
            replies.Add(new WaitingReply(waiting.Caller, reply));
            lastRevision = Math.Max(lastRevision, @event.Revision);
            growth += grown;
        }

        if (events.Count > 0 && !_opened)
        {
            events.Insert(0, new Opened(_incarnation, State.Namespace, Fresh: _isBare));
        }

        return events;
    }

    private void Write(IReadOnlyList<NamespaceEvent> events, List<WaitingReply> replies, DateTimeOffset now)
    {
        _eventsInFlight = events;
        _repliesInFlight = replies;
        if (IsListed(events, now))
        {
            WriteIfTrusted();
        }
    }

    private void WriteIfTrusted()
    {
        if (port.Elapsed - _trustedSince >= _settings.TrustAge)
        {
            WriteFailed(); // not even tried: the next owner knows more
        }
        else
        {
            WriteNow();
        }
    }

    private void WriteNow()
    {
        _writingSince = port.Elapsed;
        port.Write(_eventsInFlight);
    }

    // It has not gone to the journal, so what becomes of it is known: nothing.
    private void GiveUpWrite(DateTimeOffset now, Action<WaitingReply> tell)
    {
        List<WaitingReply> replies = _repliesInFlight;
        _eventsInFlight = [];
        _repliesInFlight = [];
        replies.ForEach(tell);
        if (_stopping)
        {
            End();
        }
        else
        {
            WriteNextBatch(now);
        }
    }

    private void TellWaitingToRetry()
    {
        _queue.TakeAll().ForEach(waiting => port.RetryLater(waiting.Caller));
        _waitingReads.ForEach(waiting => port.RetryLater(waiting.Caller));
        _waitingReads.Clear();
    }

    private readonly record struct WaitingReply(TCaller Caller, object Reply);

    /// <summary>A command with its caller; exactly one of the two is there.</summary>
    private readonly record struct WaitingCommand(TCaller Caller, RegisterCommand? Register, UnregisterCommand? Unregister)
    {
        public (NamespaceEvent? Event, object Reply, int Growth) Decide(NamespaceState state, DateTimeOffset now, ulong lastRevision, int growth)
        {
            if (Register is not null)
            {
                Decision<RegisterReply> register = state.Decide(Register, now, lastRevision, growth);
                return (register.Event, register.Reply, register.Growth);
            }

            Decision<UnregisterReply> unregister = state.Decide(Unregister!, now, lastRevision);
            return (unregister.Event, unregister.Reply, unregister.Growth);
        }
    }
}
