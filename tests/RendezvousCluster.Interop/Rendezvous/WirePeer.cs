using System.Text;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Interop.Rendezvous;

/// <summary>A peer with an identity of its own and one connection to a rendezvous point over real sockets.</summary>
internal sealed class WirePeer : IAsyncDisposable
{
    private const string Protocol = "/rendezvous/1.0.0";

    private readonly Libp2pHost _host;
    private readonly IPeerConnection _connection;

    private WirePeer(TestPeer peer, Libp2pHost host, IPeerConnection connection)
    {
        Peer = peer;
        _host = host;
        _connection = connection;
    }

    public TestPeer Peer { get; }

    public string Id => Peer.Id.ToString();

    public static async Task<WirePeer> ConnectAsync(string serverAddress)
    {
        var peer = new TestPeer();
        var host = new Libp2pHost(new Libp2pOptions { Identity = peer.KeyPair }, []);
        try
        {
            return new WirePeer(peer, host, await host.DialAsync(Multiaddr.Parse(serverAddress)).Within());
        }
        catch
        {
            await host.DisposeAsync();
            throw;
        }
    }

    /// <summary>A new rendezvous stream, for raw bytes.</summary>
    public async Task<RendezvousDriver> OpenStreamAsync()
    {
        Libp2pStream stream = await _connection.OpenStreamAsync([Protocol], CancellationToken.None).Within();
        return new RendezvousDriver(stream, () => stream.CloseWriteAsync());
    }

    /// <summary>Registers, and requires that it was granted; answers the TTL granted, in seconds.</summary>
    public async Task<ulong> RegisterAsync(string ns, ulong? ttlSeconds = null, RecordFlavour flavour = RecordFlavour.Standard)
    {
        byte[] record = Peer.Record(1, flavour);
        RegisterResponse response = await AskAsync<RegisterResponse>(RawRequests.Register(Encoding.UTF8.GetBytes(ns), record, ttlSeconds));
        Assert.True(response.Status == RendezvousStatus.Ok, $"REGISTER was answered {response.Status}: {response.StatusText}");
        return response.TtlSeconds;
    }

    /// <summary>One page.</summary>
    public async Task<(IReadOnlyList<Found> Found, byte[] Cookie)> DiscoverAsync(string ns, byte[]? cookie = null, ulong? limit = null)
    {
        DiscoverResponse response = await AskAsync<DiscoverResponse>(RawRequests.Discover(Encoding.UTF8.GetBytes(ns), limit, cookie));
        Assert.True(response.Status == RendezvousStatus.Ok, $"DISCOVER was answered {response.Status}: {response.StatusText}");
        return ([.. response.Registrations.Select(Found.Verify)], response.Cookie.ToArray());
    }

    /// <summary>One page, or null when the point answers that it cannot serve it now.</summary>
    public async Task<IReadOnlyList<Found>?> TryDiscoverAsync(string ns)
    {
        DiscoverResponse response =
            await AskAsync<DiscoverResponse>(RawRequests.Discover(Encoding.UTF8.GetBytes(ns), limit: null, cookie: null));
        return response.Status == RendezvousStatus.Unavailable ? null : [.. response.Registrations.Select(Found.Verify)];
    }

    /// <summary>Pages until there is no more.</summary>
    public async Task<(IReadOnlyList<Found> Found, byte[] Cookie)> DiscoverAllAsync(string ns, byte[]? cookie = null)
    {
        const int MorePagesThanAnyTestNeeds = 50;
        var all = new List<Found>();
        for (int page = 0; page < MorePagesThanAnyTestNeeds; page++)
        {
            (IReadOnlyList<Found> found, cookie) = await DiscoverAsync(ns, cookie);
            if (found.Count == 0)
            {
                return (all, cookie);
            }

            all.AddRange(found);
        }

        throw new InvalidOperationException($"{MorePagesThanAnyTestNeeds} pages and still more, {all.Count} registrations.");
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<T> AskAsync<T>(ProtobufBytes request)
        where T : RendezvousMessage
    {
        RendezvousDriver stream = await OpenStreamAsync();
        T response = await stream.AskAsync<T>(request);
        await stream.CloseWriteAsync();
        Assert.Null(await stream.ReceiveEndAsync());
        return response;
    }
}
