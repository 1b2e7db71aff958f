using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Registry;
using IPort = RendezvousCluster.Core.Ownership.IOwnerPort<
    int,
    RendezvousCluster.Core.Namespaces.INamespaceReply,
    RendezvousCluster.Core.Namespaces.NamespaceEvent,
    RendezvousCluster.Core.Namespaces.NamespaceSnapshot>;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>
/// One owner over a journal that outlives it and keeps rows as a database would: unique by sequence number, with the highest deleted row
/// left behind as a mark. It carries out the wishes of the owner when the test says so, in order.
/// </summary>
internal sealed class OwnerHarness : INamespaceOwnerPort<int>
{
    public static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly CompactionSettings _settings;
    private readonly Queue<Action> _wanted = new();

    public OwnerHarness(CompactionSettings settings, OwnerStore? store = null, TimeSpan? elapsed = null)
    {
        _settings = settings;
        Store = store ?? new OwnerStore();
        Elapsed = elapsed ?? TimeSpan.Zero;
        Owner = new NamespaceOwner<int>(this, settings);
    }

    public OwnerStore Store { get; }

    public NamespaceOwner<int> Owner { get; }

    public DateTimeOffset Now { get; set; } = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public TimeSpan Elapsed { get; private set; }

    /// <summary>What the owner did, in words.</summary>
    public List<string> Done { get; } = [];

    public Dictionary<int, INamespaceReply> Replies { get; } = [];

    public bool IsJournalAway { get; set; }

    public bool IsUndisputed { get; set; } = true;

    /// <summary>Whether the journal does not say where it ends.</summary>
    public bool LooksFail { get; set; }

    /// <summary>Whether marks cannot be written.</summary>
    public bool MendingFails { get; set; }

    /// <summary>Whether marks are written and nobody hears of it.</summary>
    public bool MendingSeemsToFail { get; set; }

    /// <summary>Whether snapshots cannot be saved.</summary>
    public bool SnapshotsFail { get; set; }

    public bool IsStopped { get; private set; }

    /// <summary>A new owner of the same journal, recovered.</summary>
    /// <param name="memory">What is handed down to it.</param>
    public OwnerHarness Successor(KeptMemory<NamespaceSnapshot>? memory = null) =>
        new OwnerHarness(_settings, Store, Elapsed) { Now = Now }.Recover(memory);

    public OwnerHarness Recover(KeptMemory<NamespaceSnapshot>? memory = null)
    {
        Store.ReplayTo(Owner);
        if (memory is not null)
        {
            Owner.Inherit(memory, Store.HighestSequence);
        }

        Owner.RecoveryCompleted(Guid.NewGuid(), Store.HighestSequence, Now);
        return this;
    }

    public void Advance(TimeSpan time)
    {
        Now += time;
        Elapsed += time;
    }

    public void Register(int peer, uint ttlSeconds = 7200) => Owner.Submit(
        peer,
        new RegisterCommand(
            Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, ttlSeconds, Now.AddSeconds(5)),
        Now);

    public void Unregister(int peer) => Owner.Submit(peer, new UnregisterCommand(Chat, TestPeers.Id(peer), Now.AddSeconds(5)), Now);

    public DiscoverReply? Discover(int caller = -1)
    {
        Replies.Remove(caller);
        Owner.Read(caller, new DiscoverQuery(Chat, 0, 1000, int.MaxValue, Now.AddSeconds(5)), Now);
        return (DiscoverReply?)Replies.GetValueOrDefault(caller);
    }

    /// <summary>Registers and carries out all that follows.</summary>
    public void RegisterOk(int peer, uint ttlSeconds = 7200)
    {
        Replies.Remove(peer);
        Register(peer, ttlSeconds);
        Run();
        Assert.Equal(RendezvousStatus.Ok, Assert.IsType<RegisterReply>(Replies[peer]).Status);
    }

    /// <summary>Carries out what the owner wants, and what that leads to.</summary>
    public void Run()
    {
        while (RunOne())
        {
        }
    }

    public bool RunOne()
    {
        if (_wanted.TryDequeue(out Action? next))
        {
            next();
            return true;
        }

        return false;
    }

    /// <summary>Forgets what was wanted and not done: a crash.</summary>
    public void Crash() => _wanted.Clear();

    void IPort.Reply(int caller, INamespaceReply reply) => Replies[caller] = reply;

    void IPort.RetryLater(int caller) => Done.Add($"retry {caller}");

    void IPort.Write(IReadOnlyList<NamespaceEvent> events)
    {
        Done.Add($"write {string.Join(' ', events.Select(@event => @event is Opened { Fresh: true } ? "Fresh" : @event.GetType().Name))}");
        long first = Owner.LastSequence + 1;
        _wanted.Enqueue(() =>
        {
            if (Store.TryWrite(first, events, this))
            {
                Owner.Committed(Now);
            }
            else if (Store.LastRow < first - 1)
            {
                Done.Add("predecessor missing");
                Owner.PredecessorMissing(Store.LastRow, Store.LastWriter == this, first + events.Count - 1);
            }
            else
            {
                Done.Add("collision");
                Owner.WriteFailed();
            }
        });
    }

    void IPort.LookAtEnd(long expected, bool isOwn)
    {
        Done.Add($"look {expected}");
        _wanted.Enqueue(() => Owner.EndSeen(
            LooksFail ? JournalEndSeen.Unknown
                : Store.LastRow < expected ? JournalEndSeen.RowsLost
                : Store.LastRow > expected || (isOwn && Store.LastWriter != this) ? JournalEndSeen.Replaced
                : JournalEndSeen.AsKnown,
            Now));
    }

    void INamespaceOwnerPort<int>.Announce(NamespaceAnnouncement announcement) =>
        _wanted.Enqueue(() => Owner.Announced(announcement.ListedUntil, Now));

    void IPort.Mend(long found, long to)
    {
        Done.Add($"mend {found} {to}");
        _wanted.Enqueue(() =>
        {
            bool isEarlier = Store.LastRow == to && Store.LastWriter == this;
            bool isMended = !MendingFails && (isEarlier || Store.TryMark(found, to, this));
            if (isMended && !MendingSeemsToFail)
            {
                Owner.Mended(Now);
            }
            else
            {
                Owner.MendFailed(isReplaced: !isMended && !MendingFails && Store.LastRow > found);
            }
        });
    }

    void IPort.SaveSnapshot(long sequence, NamespaceSnapshot snapshot)
    {
        Done.Add($"snapshot {sequence}");
        _wanted.Enqueue(() =>
        {
            if (SnapshotsFail)
            {
                Owner.SnapshotFailed();
            }
            else
            {
                Store.Snapshots[sequence] = snapshot;
                Owner.SnapshotSaved(sequence, Now);
            }
        });
    }

    void IPort.DeleteSnapshots(long upToSequence)
    {
        Done.Add($"delete snapshots {upToSequence}");
        _wanted.Enqueue(() =>
        {
            Store.DeleteSnapshots(upToSequence);
            Owner.SnapshotsDeleted(areKnownToBe: true);
        });
    }

    void IPort.DeleteEvents(long upToSequence)
    {
        Done.Add($"delete events {upToSequence}");
        _wanted.Enqueue(() =>
        {
            Store.DeleteEvents(upToSequence);
            Owner.EventsDeleted();
        });
    }

    void IPort.Stop() => IsStopped = true;
}
