using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using IPort = RendezvousCluster.Core.Ownership.IOwnerPort<
    int,
    RendezvousCluster.Core.Directories.IDirectoryReply,
    RendezvousCluster.Core.Directories.DirectoryEvent,
    RendezvousCluster.Core.Directories.DirectorySnapshot>;

namespace RendezvousCluster.Core.Tests.Directories;

/// <summary>
/// One owner of a part of the directory over rows that outlive it, unique by their number. The harness carries out the wishes of the owner
/// when the test says so, in order.
/// </summary>
internal sealed class DirectoryHarness : IPort
{
    private readonly Queue<Action> _wanted = new();
    private readonly int _maxNamespaces;
    private readonly CompactionSettings? _settings;

    private DirectoryHarness(DirectoryHarness? before, int maxNamespaces, CompactionSettings? settings)
    {
        _maxNamespaces = maxNamespaces;
        _settings = settings;
        Rows = before?.Rows ?? [];
        Snapshots = before?.Snapshots ?? [];
        Elapsed = before?.Elapsed ?? TimeSpan.Zero;
        Now = before?.Now ?? new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
        Owner = new DirectoryOwner<int>(this, new JournaledDirectory(part: 3, maxNamespaces), settings);
        foreach ((long sequence, DirectorySnapshot snapshot) in Snapshots.TakeLast(1))
        {
            Owner.Recover(snapshot, sequence);
        }

        long from = Snapshots.LastOrDefault().Key;
        foreach ((long sequence, DirectoryEvent? row) in Rows.Where(row => row.Key > from && row.Value is not null))
        {
            Owner.Recover(row!, sequence);
        }

        Owner.RecoveryCompleted(Guid.NewGuid(), Math.Max(from, Rows.Keys.LastOrDefault()), Now);
    }

    public SortedDictionary<long, DirectoryEvent?> Rows { get; }

    public SortedDictionary<long, DirectorySnapshot> Snapshots { get; }

    public DirectoryOwner<int> Owner { get; }

    public DateTimeOffset Now { get; private set; }

    public TimeSpan Elapsed { get; private set; }

    public bool IsJournalAway { get; set; }

    public bool IsUndisputed { get; set; } = true;

    public bool IsStopped { get; private set; }

    /// <summary>What the owner did, in words.</summary>
    public List<string> Done { get; } = [];

    public Dictionary<int, IDirectoryReply> Replies { get; } = [];

    public static DirectoryHarness Start(int maxNamespaces = 1_000, CompactionSettings? settings = null) =>
        new(null, maxNamespaces, settings);

    /// <summary>A new owner of the same journal, recovered.</summary>
    public DirectoryHarness Successor() => new(this, _maxNamespaces, _settings);

    public void Advance(TimeSpan time)
    {
        Now += time;
        Elapsed += time;
    }

    public void Announce(int caller, string name, double hours = 1, TimeSpan? activeFor = null)
    {
        Replies.Remove(caller);
        Owner.Submit(
            caller,
            new NamespaceAnnouncement(
                RendezvousNamespace.Parse(name), Now.AddHours(hours), Now + (activeFor ?? DirectoryState.ActivitySpan)),
            Now);
    }

    /// <summary>Announces and carries out all that follows.</summary>
    public AnnouncementReply AnnounceOk(string name, double hours = 1, TimeSpan? activeFor = null)
    {
        Announce(0, name, hours, activeFor);
        Run();
        var reply = Assert.IsType<AnnouncementReply>(Replies[0]);
        Assert.Equal(RendezvousStatus.Ok, reply.Status);
        return reply;
    }

    /// <summary>The names that are listed, in the order of the alphabet; null when the list is not shown now.</summary>
    public IEnumerable<string>? List(int caller = -1, DateTimeOffset? activeSince = null)
    {
        Replies.Remove(caller);
        Owner.Read(caller, new ListingQuery(NamespaceKey.First, activeSince ?? DateTimeOffset.UnixEpoch, 1_000), Now);
        return Names(caller);
    }

    public IEnumerable<string>? Names(int caller = -1) => Replies.GetValueOrDefault(caller) is NamespaceListing listing
        ? listing.Namespaces.Select(ns => ns.Name).Order(StringComparer.Ordinal)
        : null;

    /// <summary>Carries out what the owner wants, and what that leads to.</summary>
    public void Run()
    {
        while (_wanted.TryDequeue(out Action? next))
        {
            next();
        }
    }

    void IPort.Reply(int caller, IDirectoryReply reply) => Replies[caller] = reply;

    void IPort.RetryLater(int caller) => Done.Add($"retry {caller}");

    void IPort.Write(IReadOnlyList<DirectoryEvent> events)
    {
        Done.Add($"write {events.Count}");
        long first = Owner.LastSequence + 1;
        _wanted.Enqueue(() =>
        {
            long last = Rows.Keys.LastOrDefault();
            if (last < first - 1)
            {
                Owner.PredecessorMissing(last, isOwn: true, first + events.Count - 1);
                return;
            }

            if (last >= first)
            {
                Done.Add("collision");
                Owner.WriteFailed();
                return;
            }

            for (int i = 0; i < events.Count; i++)
            {
                Rows.Add(first + i, events[i]);
            }

            Owner.Committed(Now);
        });
    }

    void IPort.LookAtEnd(long expected, bool isOwn) => throw new NotSupportedException();

    void IPort.Mend(long found, long to)
    {
        Done.Add($"mend {found} {to}");
        _wanted.Enqueue(() =>
        {
            Rows[found + 1] = null;
            Rows[to] = null;
            Owner.Mended(Now);
        });
    }

    void IPort.SaveSnapshot(long sequence, DirectorySnapshot snapshot)
    {
        Done.Add($"snapshot {sequence}");
        _wanted.Enqueue(() =>
        {
            Snapshots[sequence] = snapshot;
            Owner.SnapshotSaved(sequence, Now);
        });
    }

    void IPort.DeleteSnapshots(long upToSequence)
    {
        Done.Add($"delete snapshots {upToSequence}");
        _wanted.Enqueue(() =>
        {
            Snapshots.Keys.Where(sequence => sequence <= upToSequence).ToList().ForEach(sequence => Snapshots.Remove(sequence));
            Owner.SnapshotsDeleted(areKnownToBe: true);
        });
    }

    void IPort.DeleteEvents(long upToSequence)
    {
        Done.Add($"delete events {upToSequence}");
        _wanted.Enqueue(() =>
        {
            DeleteRows(upToSequence);
            Owner.EventsDeleted();
        });
    }

    void IPort.Stop() => IsStopped = true;

    /// <summary>Deletes rows; the last of them stays, emptied, as the mark of the highest number.</summary>
    public void DeleteRows(long upTo)
    {
        long[] deleted = [.. Rows.Keys.TakeWhile(sequence => sequence <= upTo)];
        Array.ForEach(deleted, sequence => Rows.Remove(sequence));
        if (deleted.Length > 0)
        {
            Rows.Add(deleted[^1], null);
        }
    }
}
