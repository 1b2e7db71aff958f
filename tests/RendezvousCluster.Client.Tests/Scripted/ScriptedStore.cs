using System.Buffers.Binary;
using System.Text;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Scripted;

/// <summary>What a <see cref="ScriptedPoint"/> has registered. Its cookies are revisions; it verifies nothing.</summary>
internal sealed class ScriptedStore(TimeProvider timeProvider)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Namespace, PeerId Peer), Entry> _entries = [];
    private long _revision;

    /// <summary>Granted when none is asked for.</summary>
    public ulong DefaultTtlSeconds { get; set; } = 7_200;

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return Live().Count();
            }
        }
    }

    public bool Contains(string ns, PeerId peer)
    {
        lock (_lock)
        {
            return Live().Any(entry => entry.Namespace == ns && entry.Peer.Equals(peer));
        }
    }

    /// <summary>Registers somebody, as if over the wire.</summary>
    public void Add(string ns, TestPeer peer, byte[]? record = null, ulong ttlSeconds = 7_200)
    {
        lock (_lock)
        {
            _entries[(ns, peer.Id)] =
                new Entry(ns, peer.Id, record ?? peer.Record(), timeProvider.GetUtcNow() + TimeSpan.FromSeconds(ttlSeconds), ++_revision);
        }
    }

    public void Clear()
    {
        lock (_lock)
        {
            _entries.Clear();
        }
    }

    public RendezvousMessage? Serve(RendezvousMessage request, PeerId client)
    {
        lock (_lock)
        {
            switch (request)
            {
                case RegisterRequest register:
                    ulong ttl = register.TtlSeconds == 0 ? DefaultTtlSeconds : register.TtlSeconds;
                    string ns = Encoding.UTF8.GetString(register.Namespace.Span);
                    DateTimeOffset expiresAt = timeProvider.GetUtcNow() + TimeSpan.FromSeconds(ttl);
                    _entries[(ns, client)] = new Entry(ns, client, register.SignedPeerRecord.ToArray(), expiresAt, ++_revision);
                    return new RegisterResponse(RendezvousStatus.Ok, "", ttl);
                case UnregisterRequest unregister:
                    _entries.Remove((Encoding.UTF8.GetString(unregister.Namespace.Span), client));
                    return null;
                case DiscoverRequest discover:
                    return Page(discover);
                default:
                    return null;
            }
        }
    }

    private DiscoverResponse Page(DiscoverRequest discover)
    {
        string ns = Encoding.UTF8.GetString(discover.Namespace.Span);
        long since = discover.Cookie.IsEmpty ? 0 : BinaryPrimitives.ReadInt64BigEndian(discover.Cookie.Span);
        Entry[] page =
        [
            .. Live().Where(entry => (ns.Length == 0 || entry.Namespace == ns) && entry.Revision > since)
                .OrderBy(entry => entry.Revision)
                .Take((int)discover.Limit),
        ];
        byte[] cookie = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(cookie, page.Length > 0 ? page[^1].Revision : since);
        return new DiscoverResponse(RendezvousStatus.Ok, "", [.. page.Select(ToRegistration)], cookie);
    }

    private Registration ToRegistration(Entry entry) =>
        new(Encoding.UTF8.GetBytes(
            entry.Namespace), entry.Record, (ulong)Math.Max(1, (entry.ExpiresAt - timeProvider.GetUtcNow()).TotalSeconds));

    private IEnumerable<Entry> Live() => _entries.Values.Where(entry => entry.ExpiresAt > timeProvider.GetUtcNow());

    private sealed record Entry(string Namespace, PeerId Peer, byte[] Record, DateTimeOffset ExpiresAt, long Revision);
}
