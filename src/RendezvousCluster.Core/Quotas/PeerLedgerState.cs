using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Quotas;

// Request path, step 11: take a place in the quota and in the total.
/// <summary>
/// One part of the ledger: which peers have registrations where, and until when. It bounds how many a peer may have, and how many and how
/// large ones a subnet and all peers together. Pure, as a namespace's state is.
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
/// <para><b>Whose share.</b> A place counts for the subnet from which it was asked for last (<see cref="SubnetShare"/>). A refresh is never
/// held off, and takes its place along to where the peer is now.
/// </para>
/// <para><b>Bytes.</b> A place is charged with the largest record that its peer asked for in it: which one stands, the namespace knows.
/// </para>
/// </remarks>
internal sealed class PeerLedgerState(LedgerPartLimits limits, DateTimeOffset knownSince)
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
    private readonly PlacePool<RendezvousNamespace> _namespaces = new();
    private readonly PlacePool<UInt128> _subnets = new();
    private int _nextSegment;
    private DateTimeOffset _lookForRoomAt = DateTimeOffset.MinValue;
    private int _expired; // of Count, at least so many, when a full part was last looked through
    private long _expiredBytes; // the same of Bytes

    /// <summary>How many places are in memory, with those that do not count any more but are not swept yet.</summary>
    public int Count { get; private set; }

    /// <summary>What they are charged with.</summary>
    public long Bytes { get; private set; }

    /// <summary>How many subnets are in memory.</summary>
    public int SubnetCount => _subnets.Count;

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
                return ReserveAgain(held, asked, now);
            }

            if (places.Count >= limits.MaxPerPeer && places.CountLive(time) >= limits.MaxPerPeer)
            {
                return Reservation.OverQuota;
            }
        }

        Reservation? full = WhyFull(asked.Charge);
        if (full is not null && TryMakeRoom(now))
        {
            full = WhyFull(asked.Charge);
        }

        if (full is { } reason)
        {
            return reason;
        }

        Put(asked.Peer, asked.Namespace, asked.Charge, expiresAt, deadline);
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
            Put(note.Peer, note.Namespace, note.Charge, note.ExpiresAt.ToUnixTimeMilliseconds(), deadline);
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
            Remove(ref places, held);
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
                    Remove(ref places, place);
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

    private Reservation ReserveAgain(Place held, LedgerReserve asked, DateTimeOffset now)
    {
        int growth = asked.Charge.Bytes - held.Bytes;
        if (growth > 0 && !HasBytesFor(growth) && !(TryMakeRoom(now) && HasBytesFor(growth)))
        {
            return BytesRefusal(asked.Charge);
        }

        long expiresAt = now.ToUnixTimeMilliseconds() + (asked.TtlSeconds * 1000L);
        Put(
            asked.Peer,
            asked.Namespace,
            asked.Charge with { RecordBytes = Math.Max(asked.Charge.RecordBytes, held.Bytes) },
            Math.Max(held.ExpiresAtUnixMilliseconds, expiresAt),
            Math.Max(held.DeadlineUnixMilliseconds, asked.Deadline.ToUnixTimeMilliseconds()));
        return held.ExpiresAtUnixMilliseconds > expiresAt ? Reservation.KnownForLonger : Reservation.Known;
    }

    private Reservation? WhyFull(PlaceCharge charge)
    {
        if (Count - _expired >= limits.MaxPlaces)
        {
            return Reservation.Full;
        }

        if (!HasBytesFor(charge.Bytes))
        {
            return BytesRefusal(charge);
        }

        if (charge.Subnet == 0)
        {
            return null;
        }

        (int places, long bytes) = _subnets.UseOf(_subnets.Find(charge.Subnet));
        double used = limits.FractionOf(Count - _expired, Bytes - _expiredBytes);
        return limits.Share.Admits(used, places, limits.FractionOf(places, bytes)) ? null : Reservation.OverShare;
    }

    private bool HasBytesFor(int bytes) => Bytes - _expiredBytes + bytes <= limits.MaxBytes;

    private static Reservation BytesRefusal(PlaceCharge charge) => charge.IsUnknown ? Reservation.Full : Reservation.OverBytes;

    // Whether it has looked.
    private bool TryMakeRoom(DateTimeOffset now)
    {
        if (now < _lookForRoomAt)
        {
            return false;
        }

        _lookForRoomAt = now + RoomInterval;
        for (int i = 0; i < Segments; i++)
        {
            SweepSome(now);
        }

        (_expired, _expiredBytes) = (0, 0);
        long time = now.ToUnixTimeMilliseconds();
        foreach (PeerPlaces places in _segments.SelectMany(segment => segment.Values))
        {
            foreach (ref readonly Place place in places.All)
            {
                if (!place.IsLive(time))
                {
                    _expired++;
                    _expiredBytes += place.Bytes;
                }
            }
        }

        return true;
    }

    private Dictionary<PeerDigest, PeerPlaces> SegmentOf(PeerDigest peer) => _segments[(int)(peer.Low % Segments)];

    private ref PeerPlaces Find(PeerDigest peer) => ref CollectionsMarshal.GetValueRefOrNullRef(SegmentOf(peer), peer);

    private void Put(PeerDigest peer, RendezvousNamespace @namespace, PlaceCharge charge, long expiresAt, long deadline)
    {
        Dictionary<PeerDigest, PeerPlaces> segment = SegmentOf(peer);
        if (segment.Count == segment.Capacity)
        {
            segment.EnsureCapacity(segment.Count + 1); // to the next prime: a fifth more, where it would double by itself
        }

        ref PeerPlaces places = ref CollectionsMarshal.GetValueRefOrAddDefault(segment, peer, out _);
        int subnet = charge.Subnet == 0 ? 0 : _subnets.AddPlace(charge.Subnet, charge.Bytes);
        int id = _namespaces.Find(@namespace);
        if (places.TryGet(id, out Place former))
        {
            places.Set(new Place(id, subnet, charge.Bytes, expiresAt, deadline));
            LeaveSubnet(former);
            Bytes += charge.Bytes - former.Bytes;
            OneExpiredLess(former.Bytes);
            return;
        }

        places.Set(new Place(_namespaces.AddPlace(@namespace), subnet, charge.Bytes, expiresAt, deadline));
        Count++;
        Bytes += charge.Bytes;
    }

    private void Remove(ref PeerPlaces places, Place place)
    {
        places.Remove(place.NamespaceId);
        _namespaces.RemovePlace(place.NamespaceId);
        LeaveSubnet(place);
        Count--;
        Bytes -= place.Bytes;
        OneExpiredLess(place.Bytes);
    }

    private void LeaveSubnet(Place place)
    {
        if (place.SubnetId != 0)
        {
            _subnets.RemovePlace(place.SubnetId, place.Bytes);
        }
    }

    // It may have been a live one. Then the part seems full a little early, and is looked through again.
    private void OneExpiredLess(int bytes) =>
        (_expired, _expiredBytes) = (Math.Max(0, _expired - 1), Math.Max(0, _expiredBytes - bytes));
}
