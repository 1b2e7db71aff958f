using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Discovery;

public sealed class PeerWatchTests : IAsyncLifetime, IAsyncDisposable
{
    // With jitter at one half, polls are exactly this far apart.
    private static readonly TimeSpan Interval = new RendezvousClientOptions().WatchInterval;

    private readonly TimerLog _time = new();
    private readonly ClientFixture _fixture;
    private readonly IAsyncEnumerator<PeerChange> _changes;
    private readonly TestPeer _peer = new();

    public PeerWatchTests()
    {
        _fixture = new ClientFixture(points: 2, time: _time);
        _changes = _fixture.Client.WatchAsync("chat").GetAsyncEnumerator();
    }

    private ScriptedPoint Point => _fixture.Point;

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public ValueTask DisposeAsync() => _fixture.DisposeAsync();

    [Fact]
    public async Task First_everybody_who_is_there_joins()
    {
        Point.Store.Add("chat", _peer);
        Point.Store.Add("other", new TestPeer());
        var second = new TestPeer();
        _fixture.Points[1].Store.Add("chat", second);

        PeerChange[] changes = [await NextAsync(), await NextAsync()];

        Assert.All(changes, change => Assert.Equal(PeerChangeKind.Joined, change.Kind));
        Assert.Equal(new[] { _peer.Id, second.Id }.ToHashSet(), changes.Select(change => change.Peer.PeerId).ToHashSet());
    }

    [Fact]
    public async Task Newcomers_and_changes_come_with_the_next_poll_which_asks_with_the_cookie()
    {
        Point.Store.Add("chat", _peer);
        await NextAsync();
        var newcomer = new TestPeer();

        Task<PeerChange> next = NextAsync();
        await PollAsync(() =>
        {
            Point.Store.Add("chat", newcomer);
            Point.Store.Add("chat", _peer, _peer.Record(2, addresses: "/ip4/198.51.100.9/tcp/4001"));
        });

        Assert.Equal((PeerChangeKind.Joined, newcomer.Id), Described(await next));
        PeerChange changed = await NextAsync();
        Assert.Equal((PeerChangeKind.Changed, _peer.Id), Described(changed));
        Assert.Equal("/ip4/198.51.100.9/tcp/4001", changed.Peer.Addresses[0].ToString());
        Assert.All(Point.Received<DiscoverRequest>().Skip(1), request => Assert.False(request.Cookie.IsEmpty));
    }

    [Fact]
    public async Task A_peer_that_refreshes_stays_and_one_that_does_not_expires()
    {
        var stays = new TestPeer();
        Point.Store.Add("chat", _peer, ttlSeconds: 42);
        Point.Store.Add("chat", stays, ttlSeconds: 42);
        await NextAsync();
        await NextAsync();

        Task<PeerChange> next = NextAsync();
        await PollAsync(() => Point.Store.Add("chat", stays, ttlSeconds: 7_200)); // at 30 s: the same record, a longer time
        await _time.StartedAsync(TimeSpan.FromSeconds(12));
        _time.Advance(TimeSpan.FromSeconds(12)); // at 42 s: in the middle between two polls

        Assert.Equal((PeerChangeKind.Expired, _peer.Id), Described(await next));
        Assert.Equal(SomePeers.Noon.AddSeconds(42), _time.GetUtcNow());
    }

    [Fact]
    public async Task A_peer_listed_by_several_points_joins_once()
    {
        foreach (ScriptedPoint point in _fixture.Points)
        {
            point.Store.Add("chat", _peer);
        }

        await NextAsync();
        Task<PeerChange> next = NextAsync();
        var newcomer = new TestPeer();
        await PollAsync(() => Point.Store.Add("chat", newcomer));

        Assert.Equal((PeerChangeKind.Joined, newcomer.Id), Described(await next));
    }

    [Fact]
    public async Task A_watch_outlives_the_failure_of_all_points()
    {
        Point.Store.Add("chat", _peer);
        await NextAsync();

        Task<PeerChange> next = NextAsync();
        await PollAsync(() =>
        {
            foreach (ScriptedPoint point in _fixture.Points)
            {
                point.Refuse(RendezvousStatus.NotAuthorized);
            }
        });
        await PollAsync(() => Point.Answer = null, thenJoin: new TestPeer());

        Assert.Equal(PeerChangeKind.Joined, (await next).Kind);
    }

    [Fact]
    public async Task A_watch_ends_at_once_when_all_points_refuse_its_first_poll()
    {
        foreach (ScriptedPoint point in _fixture.Points)
        {
            point.Refuse(RendezvousStatus.NotAuthorized);
        }

        await Assert.ThrowsAsync<NotAuthorizedException>(NextAsync);
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        using var source = new CancellationTokenSource();
        Task watching = _fixture.Client.WatchAllAsync(source.Token).AllAsync();
        await _time.StartedAsync(Interval);
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => watching).Within();
    }

    private static (PeerChangeKind Kind, Libp2p.Identity.PeerId Peer) Described(PeerChange change) => (change.Kind, change.Peer.PeerId);

    private async Task<PeerChange> NextAsync()
    {
        Assert.True(await _changes.MoveNextAsync().AsTask().Within());
        return _changes.Current;
    }

    // Changes something while the watch waits for its next poll, and lets that come.
    private async Task PollAsync(Action change, TestPeer? thenJoin = null)
    {
        await _time.StartedAsync(Interval);
        change();
        if (thenJoin is not null)
        {
            Point.Store.Add("chat", thenJoin);
        }

        _time.Advance(Interval);
    }
}
