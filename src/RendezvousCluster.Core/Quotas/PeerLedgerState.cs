using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Quotas;

// Request path, step 11: take a place in the quota and in the total.
/// <summary>
/// One part of the ledger: which peers have registrations where, and until when. It bounds how many a peer may have, and all peers
/// together. Pure, as a namespace's state is.
/// </summary>
/// <remarks>
/// <para><b>A bound against abuse, not an account.</b> It is in memory only. After a crash, or a move to another node, it knows nothing,
/// and counts too low until peers refresh; what is registered is known to the namespaces alone. So a refusal here is never the last word on
/// a registration that may be there: its namespace is asked whether it is (<see cref="Admission"/>). From which time on the ledger has
/// missed nothing it can tell (<see cref="LedgerListing.KnownSince"/>).
/// </para>
/// <para><b>A place is taken before the registration is made,</b> so that a peer cannot overshoot by asking for many at once. It is given
/// back when the namespace says that the peer has nothing there. If nobody knows what became of the command, the place stays and ends with
/// the time to live.
/// </para>
/// <para><b>Time.</b> A place counts until the time to live after it was asked for. Its registration was committed a little later, maybe
/// under another clock, so the place stays listed for <see cref="ListedAfterExpiry"/> more. From that moment it counts for
/// nothing; sweeping only frees memory, a sixteenth of the part at a time.
/// </para>
/// <para><b>Order.</b> Commands reach the ledger in any order. Each carries its deadline, and the one with the later deadline is the newer:
/// an older one neither shortens nor gives back what a newer one took.
/// </para>
/// </remarks>
internal sealed class PeerLedgerState(int maxPerPeer, int maxPlaces, DateTimeOffset knownSince)
{
    /// <summary>The longest time to live that any point grants: the spec's 72 hours.</summary>
    internal static readonly TimeSpan LongestTtl = TimeSpan.FromSeconds(RendezvousLimits.LongestTtlSeconds);

    /// <summary>A command is committed within its deadline of five seconds; the rest is for clocks that differ.</summary>
    internal static readonly TimeSpan ListedAfterExpiry = TimeSpan.FromSeconds(10);

    /// <summary>How often a sixteenth is swept.</summary>
    internal static readonly TimeSpan SweepInterval = TimeSpan.FromSeconds(5);

    /// <summary>A full part is looked through for room at most this often.</summary>
    internal static readonly TimeSpan RoomInterval = TimeSpan.FromSeconds(1);

    /// <summary>Bytes of names and times in one listing: messages between nodes have a frame limit.</summary>
    internal const int MaxListingBytes = 64 * 1024;

    private const int Segments = 16;

    private readonly Dictionary<PeerDigest, PeerPlaces>[] _segments =
        [.. Enumerable.Range(0, Segments).Select(_ => new Dictionary<PeerDigest, PeerPlaces>())];
    private readonly NamespacePool _namespaces = new();
    private int _nextSegment;
    private DateTimeOffset _lookForRoomAt = DateTimeOffset.MinValue;
    private int _expired; // of Count, at least so many, when a full part was last looked through

    /// <summary>How many places are in memory, with those that do not count any more but are not swept yet.</summary>
    public int Count { get; private set; }

    /// <summary>How many peers are in memory.</summary>
    public int PeerCount => _segments.Sum(segment => segment.Count);

    /// <summary>How many names of namespaces are in memory.</summary>
    public int NamespaceCount => _namespaces.Count;

    /// <summary>Takes a place, if there is one.</summary>
    public Reservation Reserve(LedgerReserve asked, DateTimeOffset now)
    {
        if (now > asked.Deadline)
        {
            return Reservation.TooLate;
        }

        long time = now.ToUnixTimeMilliseconds();
        long expiresAt = time + (asked.TtlSeconds * 1000L);
        long deadline = asked.Deadline.ToUnixTimeMilliseconds();
        ref PeerPlaces places = ref Find(asked.Peer);
        if (!Unsafe.IsNullRef(ref places))
        {
            if (places.TryGet(_namespaces.Find(asked.Namespace), out Place held) && held.IsLive(time))
            {
                places.Set(held.Prolong(expiresAt, deadline));
                return held.ExpiresAtUnixMilliseconds > expiresAt ? Reservation.KnownForLonger : Reservation.Known;
            }

            if (places.Count >= maxPerPeer && places.CountLive(time) >= maxPerPeer)
            {
                return Reservation.OverQuota;
            }
        }

        if (Count - _expired >= maxPlaces && !TryMakeRoom(now))
        {
            return Reservation.Full;
        }

        Put(asked.Peer, asked.Namespace, expiresAt, deadline);
        return Reservation.New;
    }

    /// <summary>Takes in that a registration stands; no limit holds it off.</summary>
    public void Note(LedgerNote note)
    {
        long deadline = note.Deadline.ToUnixTimeMilliseconds();
        ref PeerPlaces places = ref Find(note.Peer);
        if (Unsafe.IsNullRef(ref places) || !places.TryGet(_namespaces.Find(note.Namespace), out Place held)
            || held.DeadlineUnixMilliseconds <= deadline)
        {
            Put(note.Peer, note.Namespace, note.ExpiresAt.ToUnixTimeMilliseconds(), deadline);
        }
    }

    /// <summary>Gives a place back, unless a later command took it.</summary>
    public void Release(LedgerRelease release)
    {
        ref PeerPlaces places = ref Find(release.Peer);
        if (!Unsafe.IsNullRef(ref places)
            && places.TryGet(_namespaces.Find(release.Namespace), out Place held)
            && held.DeadlineUnixMilliseconds <= release.Deadline.ToUnixTimeMilliseconds())
        {
            Remove(ref places, held.NamespaceId);
            if (places.Count == 0)
            {
                SegmentOf(release.Peer).Remove(release.Peer);
            }
        }
    }

    /// <summary>In which namespaces a peer may have registrations.</summary>
    public LedgerListing List(LedgerQuery query, DateTimeOffset now)
    {
        var listed = new List<RendezvousNamespace>();
        var until = new List<DateTimeOffset>();
        ref PeerPlaces places = ref Find(query.Peer);
        if (!Unsafe.IsNullRef(ref places))
        {
            long time = now.ToUnixTimeMilliseconds();
            int bytes = 0;
            int last = query.After;
            foreach (ref readonly Place place in places.All)
            {
                if (place.NamespaceId <= query.After || place.IsOver(time))
                {
                    continue;
                }

                RendezvousNamespace name = _namespaces[place.NamespaceId];
                bytes += name.Utf8.Length + sizeof(long);
                if (bytes > MaxListingBytes)
                {
                    return new LedgerListing(listed, last, knownSince) { ExpiresAt = until };
                }

                listed.Add(name);
                until.Add(DateTimeOffset.FromUnixTimeMilliseconds(place.ExpiresAtUnixMilliseconds));
                last = place.NamespaceId;
            }
        }

        return new LedgerListing(listed, 0, knownSince) { ExpiresAt = until };
    }

    /// <summary>Frees what is over in the next sixteenth.</summary>
    /// <returns>How many places were freed.</returns>
    public int SweepSome(DateTimeOffset now)
    {
        Dictionary<PeerDigest, PeerPlaces> segment = _segments[_nextSegment];
        _nextSegment = (_nextSegment + 1) % Segments;
        int before = Count;
        long time = now.ToUnixTimeMilliseconds();
        foreach ((PeerDigest peer, PeerPlaces seen) in segment)
        {
            if (!AnyOver(seen.All, time))
            {
                continue;
            }

            ref PeerPlaces places = ref CollectionsMarshal.GetValueRefOrNullRef(segment, peer);
            foreach (Place place in seen.All.ToArray())
            {
                if (place.IsOver(time))
                {
                    Remove(ref places, place.NamespaceId);
                }
            }

            if (places.Count == 0)
            {
                segment.Remove(peer);
            }
        }

        if (segment.Count < segment.Capacity / 4)
        {
            segment.TrimExcess();
        }

        return before - Count;
    }

    private static bool AnyOver(ReadOnlySpan<Place> places, long time)
    {
        foreach (ref readonly Place place in places)
        {
            if (place.IsOver(time))
            {
                return true;
            }
        }

        return false;
    }

    private bool TryMakeRoom(DateTimeOffset now)
    {
        if (now >= _lookForRoomAt)
        {
            _lookForRoomAt = now + RoomInterval;
            for (int i = 0; i < Segments; i++)
            {
                SweepSome(now);
            }

            long time = now.ToUnixTimeMilliseconds();
            _expired = Count - _segments.Sum(segment => segment.Values.Sum(places => places.CountLive(time)));
        }

        return Count - _expired < maxPlaces;
    }

    private Dictionary<PeerDigest, PeerPlaces> SegmentOf(PeerDigest peer) => _segments[(int)(peer.Low % Segments)];

    private ref PeerPlaces Find(PeerDigest peer) => ref CollectionsMarshal.GetValueRefOrNullRef(SegmentOf(peer), peer);

    private void Put(PeerDigest peer, RendezvousNamespace @namespace, long expiresAt, long deadline)
    {
        Dictionary<PeerDigest, PeerPlaces> segment = SegmentOf(peer);
        if (segment.Count == segment.Capacity)
        {
            segment.EnsureCapacity(segment.Count + 1); // to the next prime: a fifth more, where it would double by itself
        }

        ref PeerPlaces places = ref CollectionsMarshal.GetValueRefOrAddDefault(segment, peer, out _);
        int id = _namespaces.Find(@namespace);
        if (places.TryGet(id, out _))
        {
            places.Set(new Place(id, expiresAt, deadline));
            OneExpiredLess();
            return;
        }

        places.Set(new Place(_namespaces.AddPlace(@namespace), expiresAt, deadline));
        Count++;
    }

    private void Remove(ref PeerPlaces places, int namespaceId)
    {
        places.Remove(namespaceId);
        _namespaces.RemovePlace(namespaceId);
        Count--;
        OneExpiredLess();
    }

    // It may have been a live one. Then the part seems full a little early, and is looked through again.
    private void OneExpiredLess() => _expired = Math.Max(0, _expired - 1);
}
