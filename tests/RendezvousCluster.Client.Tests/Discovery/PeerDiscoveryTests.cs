using System.Buffers.Binary;
using System.Text;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Discovery;

public sealed class PeerDiscoveryTests
{
    [Fact]
    public async Task A_discovery_finds_all_page_by_page()
    {
        await using var fixture = new ClientFixture(configure: options => options.Limits.MaxRegistrationsPerPage = 10);
        TestPeer[] peers = Register(fixture.Point, count: 25);

        List<DiscoveredPeer> found = await DiscoverAsync(fixture);

        Assert.Equal(peers.Select(peer => peer.Id), found.Select(peer => peer.PeerId));
        Assert.Equal([0, 8, 8, 8], fixture.Point.Received<DiscoverRequest>().Select(request => request.Cookie.Length));
        Assert.All(fixture.Point.Received<DiscoverRequest>(), request => Assert.Equal(10ul, request.Limit));
    }

    [Fact]
    public async Task Discovery_of_an_empty_namespace_succeeds()
    {
        await using var fixture = new ClientFixture(points: 2);

        Assert.Empty(await DiscoverAsync(fixture));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(25)]
    public async Task A_limit_is_kept(int limit)
    {
        await using var fixture = new ClientFixture(points: 2);
        Register(fixture.Points[0], count: 20);
        Register(fixture.Points[1], count: 20);

        Assert.Equal(limit, (await DiscoverAsync(fixture, limit)).Select(peer => peer.PeerId).Distinct().Count());
    }

    [Fact]
    public async Task All_namespaces_are_asked_for_without_one()
    {
        await using var fixture = new ClientFixture();
        fixture.Point.Store.Add("one", new TestPeer());
        fixture.Point.Store.Add("two", new TestPeer());

        List<DiscoveredPeer> found = await fixture.Client.DiscoverAllAsync().AllAsync().Within();

        Assert.Equal(["one", "two"], found.Select(peer => peer.Namespace));
        Assert.True(fixture.Point.Received<DiscoverRequest>().First().Namespace.IsEmpty);
    }

    [Fact]
    public async Task Points_are_merged_each_peer_with_its_newest_record()
    {
        await using var fixture = new ClientFixture(points: 3);
        TestPeer everywhere = new(), moved = new(), here = new();
        foreach (ScriptedPoint point in fixture.Points)
        {
            point.Store.Add("chat", everywhere);
        }

        fixture.Points[0].Store.Add("chat", moved, moved.Record(5));
        fixture.Points[1].Store.Add("chat", moved, moved.Record(9));
        fixture.Points[2].Store.Add("chat", moved, moved.Record(7));
        fixture.Points[2].Store.Add("chat", here);

        List<DiscoveredPeer> found = await DiscoverAsync(fixture);

        Assert.Equal(new[] { everywhere.Id, moved.Id, here.Id }.ToHashSet(), found.Select(peer => peer.PeerId).ToHashSet());
        Assert.Equal(3, found.Count);
        Assert.Equal(9ul, found.Single(peer => peer.PeerId == moved.Id).Record.Sequence);
    }

    [Fact]
    public async Task Dead_points_among_working_ones_do_not_fail_a_discovery_and_are_left_alone_afterwards()
    {
        await using var fixture = new ClientFixture(points: 3);
        Register(fixture.Points[1], count: 3);
        fixture.Points[0].IsDown = true;
        fixture.Points[2].Refuse(RendezvousStatus.Unavailable);

        Assert.Equal(3, (await DiscoverAsync(fixture)).Count);
        Assert.Equal(3, (await DiscoverAsync(fixture)).Count);

        Assert.Equal([false, true, false], fixture.Client.Points.Select(point => point.IsHealthy));
        Assert.Equal(1, fixture.Points[0].Dials);
    }

    [Fact]
    public async Task A_point_that_hangs_does_not_hold_up_what_the_others_found()
    {
        var limits = new RendezvousClientLimits();
        var probe = new TimerProbe(limits.MergeWindow);
        await using var fixture = new ClientFixture(points: 2, time: probe);
        Register(fixture.Points[0], count: 1);
        fixture.Points[1].Serve = _ => new TaskCompletionSource().Task;

        await using IAsyncEnumerator<DiscoveredPeer> peers = fixture.Client.DiscoverAsync("chat").GetAsyncEnumerator();
        Task<bool> first = peers.MoveNextAsync().AsTask();
        await probe.Started.Within();
        probe.Advance(limits.MergeWindow);

        Assert.True(await first.Within());
    }

    [Fact]
    public async Task A_newer_record_of_a_slow_point_comes_after_it()
    {
        var limits = new RendezvousClientLimits();
        var probe = new TimerProbe(limits.MergeWindow);
        await using var fixture = new ClientFixture(points: 2, time: probe);
        var peer = new TestPeer();
        fixture.Points[0].Store.Add("chat", peer, peer.Record(1));
        fixture.Points[1].Store.Add("chat", peer, peer.Record(2));
        var go = new TaskCompletionSource();
        fixture.Node.BeforeDial = (address, token) =>
            address.FinalPeerId! == fixture.Points[1].Peer.Id ? go.Task.WaitAsync(token) : Task.CompletedTask;

        await using IAsyncEnumerator<DiscoveredPeer> peers = fixture.Client.DiscoverAsync("chat").GetAsyncEnumerator();
        Task<bool> first = peers.MoveNextAsync().AsTask();
        await probe.Started.Within();
        probe.Advance(limits.MergeWindow);
        Assert.True(await first.Within());
        Assert.Equal(1ul, peers.Current.Record.Sequence);

        go.SetResult();
        Assert.True(await peers.MoveNextAsync().Within());
        Assert.Equal(2ul, peers.Current.Record.Sequence);
        Assert.False(await peers.MoveNextAsync().Within());
    }

    [Fact]
    public async Task When_all_points_fail_it_throws_and_the_next_call_asks_them_again()
    {
        await using var fixture = new ClientFixture(points: 2);
        fixture.Points[0].IsDown = true;
        fixture.Points[1].Refuse(RendezvousStatus.NotAuthorized);
        AllPointsFailedException failed = await Assert.ThrowsAsync<AllPointsFailedException>(() => DiscoverAsync(fixture));
        Assert.Equal(2, failed.Failures.Count);

        fixture.Points[1].IsDown = true;
        await fixture.Points[1].CutAsync();
        await Assert.ThrowsAsync<PointUnreachableException>(() => DiscoverAsync(fixture)); // the other is left alone
        fixture.Points[0].IsDown = false;
        Assert.Empty(await DiscoverAsync(fixture)); // all are left alone, so all are asked
    }

    [Fact]
    public async Task A_cookie_that_the_point_forgot_starts_the_walk_over()
    {
        await using var fixture = new ClientFixture(configure: options => options.Limits.MaxRegistrationsPerPage = 10);
        TestPeer[] peers = Register(fixture.Point, count: 15);
        bool forgot = false;
        fixture.Point.Answer = request =>
        {
            if (request is DiscoverRequest { Cookie.IsEmpty: false } && !forgot)
            {
                forgot = true;
                return new DiscoverResponse(RendezvousStatus.InvalidCookie, "unknown", [], default);
            }

            return null;
        };

        Assert.Equal(peers.Select(peer => peer.Id), (await DiscoverAsync(fixture)).Select(peer => peer.PeerId));
    }

    [Fact]
    public async Task A_point_that_refuses_every_cookie_is_not_asked_for_ever()
    {
        await using var fixture = new ClientFixture();
        fixture.Point.Refuse(RendezvousStatus.InvalidCookie);

        await Assert.ThrowsAsync<InvalidCookieException>(() => DiscoverAsync(fixture));
        Assert.Single(fixture.Point.Requests);
    }

    [Fact]
    public async Task Endless_pages_end_and_what_they_hold_is_bounded()
    {
        await using var fixture = new ClientFixture(configure: options =>
        {
            options.Limits.MaxRegistrationsPerPage = 2;
            options.Limits.MaxPagesPerWalk = 30;
            options.Limits.MaxPeers = 40;
        });
        long revision = 0;
        fixture.Point.Answer = request => Endless(ref revision, () => new TestPeer().Record());

        List<DiscoveredPeer> found = await DiscoverAsync(fixture);

        Assert.Equal((40, 30), (found.Count, fixture.Point.Requests.Count));
    }

    [Fact]
    public async Task Endless_repetitions_end_soon()
    {
        await using var fixture = new ClientFixture();
        long revision = 0;
        byte[] record = new TestPeer().Record();
        fixture.Point.Answer = request => Endless(ref revision, () => record);

        Assert.Single(await DiscoverAsync(fixture));
        Assert.Equal(1 + PageWalk.MaxFruitlessPages, fixture.Point.Requests.Count);
    }

    [Fact]
    public async Task Ending_the_enumeration_stops_the_reading()
    {
        await using var fixture = new ClientFixture(points: 2, options => options.Limits.MaxRegistrationsPerPage = 1);
        long revision = 0;
        foreach (ScriptedPoint point in fixture.Points)
        {
            point.Answer = request => Endless(ref revision, () => new TestPeer().Record());
        }

        await foreach (DiscoveredPeer peer in fixture.Client.DiscoverAsync("chat"))
        {
            Assert.Equal("chat", peer.Namespace);
            break;
        }

        // A slow consumer holds up the points: so many pages can be waiting, and no more are asked for.
        int asked = fixture.Points.Sum(point => point.Requests.Count);
        Assert.InRange(asked, 2, fixture.Options.Limits.MaxWaitingPages + (2 * fixture.Points.Length) + 1);
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        await using var fixture = new ClientFixture();
        var reached = new TaskCompletionSource();
        fixture.Point.Serve = _ =>
        {
            reached.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        using var source = new CancellationTokenSource();

        Task discovering = fixture.Client.DiscoverAsync("chat", cancellationToken: source.Token).AllAsync();
        await reached.Task.Within();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => discovering).Within();
    }

    [Fact]
    public async Task An_impossible_request_is_refused_before_it_is_sent()
    {
        await using var fixture = new ClientFixture();

        Assert.Throws<FormatException>(() => fixture.Client.DiscoverAsync(""));
        Assert.Throws<ArgumentOutOfRangeException>(() => fixture.Client.DiscoverAsync("chat", limit: 0));
        Assert.Empty(fixture.Point.Requests);
    }

    private static async Task<List<DiscoveredPeer>> DiscoverAsync(ClientFixture fixture, int? limit = null) =>
        await fixture.Client.DiscoverAsync("chat", limit).AllAsync().Within();

    private static TestPeer[] Register(ScriptedPoint point, int count)
    {
        TestPeer[] peers = [.. Enumerable.Range(0, count).Select(_ => new TestPeer())];
        foreach (TestPeer peer in peers)
        {
            point.Store.Add("chat", peer);
        }

        return peers;
    }

    private static DiscoverResponse Endless(ref long revision, Func<byte[]> record)
    {
        byte[] cookie = new byte[8];
        BinaryPrimitives.WriteInt64BigEndian(cookie, Interlocked.Increment(ref revision));
        Registration[] registrations =
            [.. Enumerable.Range(0, 2).Select(_ => new Registration(Encoding.UTF8.GetBytes("chat"), record(), 60))];
        return new DiscoverResponse(RendezvousStatus.Ok, "", registrations, cookie);
    }
}
