using System.Text;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Stubs;

/// <summary>
/// What a stub stores, and what it answers, as bytes: written by hand, so that it can leave out what its habits leave out.
/// </summary>
internal sealed class StubRegistry(StubHabits habits)
{
    private const ulong DefaultTtlSeconds = 7_200;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, List<Entry>> _namespaces = [];
    private readonly Dictionary<string, int> _positions = [];

    /// <summary>Requests of every kind that were read.</summary>
    public int Requests { get; private set; }

    /// <summary>The peers registered there.</summary>
    public IReadOnlyList<PeerId> PeersIn(string ns)
    {
        lock (_lock)
        {
            return [.. EntriesOf(ns).Select(entry => entry.Peer)];
        }
    }

    /// <summary>Registers somebody by hand.</summary>
    public void Add(string ns, PeerId peer, byte[] record, ulong ttlSeconds = DefaultTtlSeconds)
    {
        lock (_lock)
        {
            List<Entry> entries = EntriesOf(ns);
            entries.RemoveAll(entry => entry.Peer.Equals(peer));
            entries.Add(new Entry(peer, record, ttlSeconds));
        }
    }

    /// <summary>The framed answer to a request, or null when it has none.</summary>
    public byte[]? Serve(RendezvousMessage request, PeerId from)
    {
        lock (_lock)
        {
            Requests++;
            switch (request)
            {
                case RegisterRequest register:
                    return Register(register, from).Framed();
                case DiscoverRequest discover:
                    return Discover(discover).Framed();
                case UnregisterRequest unregister when habits.CarriesOutUnregister
                    && (!habits.DemandsIdToUnregister || unregister.PeerId.Span.SequenceEqual(from.Bytes.Span)):
                    EntriesOf(Encoding.UTF8.GetString(unregister.Namespace.Span)).RemoveAll(entry => entry.Peer.Equals(from));
                    return null;
                default:
                    return null;
            }
        }
    }

    private ProtobufBytes Register(RegisterRequest request, PeerId from)
    {
        var body = new ProtobufBytes();
        if (request.TtlSeconds == 0 && habits.DemandsTtl)
        {
            return RawRequests.Message(1, 3, Status(body, 1, RendezvousStatus.InvalidTtl));
        }

        ulong ttl = request.TtlSeconds == 0 ? DefaultTtlSeconds : request.TtlSeconds;
        Add(Encoding.UTF8.GetString(request.Namespace.Span), from, request.SignedPeerRecord.ToArray(), ttl);
        Status(body, 1, RendezvousStatus.Ok);
        return RawRequests.Message(1, 3, habits.TellsTtl ? body.Varint(3, ttl) : body);
    }

    private ProtobufBytes Discover(DiscoverRequest request)
    {
        string ns = Encoding.UTF8.GetString(request.Namespace.Span);
        List<Entry> all = EntriesOf(ns);
        var body = new ProtobufBytes();
        if (all.Count == 0 && habits.CallsEmptyInvalid)
        {
            return RawRequests.Message(4, 6, Status(body, 3, RendezvousStatus.InvalidNamespace));
        }

        int position = _positions.GetValueOrDefault(Convert.ToHexString(request.Cookie.Span));
        int limit = Math.Min(habits.PageMost, request.Limit == 0 ? int.MaxValue : (int)request.Limit);
        Entry[] page = [.. all.Skip(position).Take(limit)];
        foreach (Entry entry in page)
        {
            body.Message(1, Registration(ns, entry));
        }

        int next = position + page.Length;
        byte[] cookie = habits.Cookie(next, next == all.Count, ns);
        _positions[Convert.ToHexString(cookie)] = cookie.Length > 1 ? next : 0;
        _ = cookie.Length > 0 || habits.WritesZeros ? body.Bytes(2, cookie) : body;
        return RawRequests.Message(4, 6, Status(body, 3, RendezvousStatus.Ok));
    }

    private ProtobufBytes Registration(string ns, Entry entry)
    {
        var registration = new ProtobufBytes();
        _ = habits.FillsNamespace ? registration.Text(1, ns) : registration;
        return registration.Bytes(2, entry.Record).Varint(3, entry.TtlSeconds);
    }

    private ProtobufBytes Status(ProtobufBytes body, int field, RendezvousStatus status) =>
        status == RendezvousStatus.Ok && !habits.WritesZeros ? body : body.Varint(field, (ulong)status);

    private List<Entry> EntriesOf(string ns)
    {
        if (!_namespaces.TryGetValue(ns, out List<Entry>? entries))
        {
            _namespaces[ns] = entries = [];
        }

        return entries;
    }

    private sealed record Entry(PeerId Peer, byte[] Record, ulong TtlSeconds);
}
