using System.Text;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class RendezvousStreamHandlerTests
{
    private static readonly byte[] Ns = "chat"u8.ToArray();

    [Fact]
    public void Spec_id_and_canvas_id_are_served()
    {
        using var frontEnd = new FrontEndFixture();
        Assert.Equal(["/rendezvous/1.0.0", "/canvas/rendezvous/1.0.0"], frontEnd.Handler.ProtocolIds);
    }

    [Fact]
    public async Task Many_requests_on_one_stream_are_answered_in_order()
    {
        using var frontEnd = new FrontEndFixture();
        RendezvousDriver stream = frontEnd.OpenStream();
        byte[] record = frontEnd.Peer.Record();

        Assert.Equal(10_000ul, (await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, record, 10_000))).TtlSeconds);
        DiscoverResponse found = await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        await stream.SendAsync(RawRequests.Unregister(Ns).Framed());
        DiscoverResponse after = await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));

        Registration own = Assert.Single(found.Registrations);
        Assert.Equal(record, own.SignedPeerRecord.ToArray());
        Assert.Equal(Ns, own.Namespace.ToArray());
        Assert.Equal(10_000ul, own.TtlSeconds);
        Assert.Empty(after.Registrations);
    }

    [Fact]
    public async Task Half_closed_stream_still_gets_its_answers_and_a_clean_end()
    {
        using var frontEnd = new FrontEndFixture();
        RendezvousDriver stream = frontEnd.OpenStream();
        await stream.SendAsync([
            .. RawRequests.Register(Ns, frontEnd.Peer.Record()).Framed(), .. RawRequests.Discover(Ns).Framed(),
            .. RawRequests.Discover(Ns).Framed()]);
        await stream.CloseWriteAsync();

        Assert.Equal(RendezvousStatus.Ok, (await stream.ReceiveAsync<RegisterResponse>()).Status);
        Assert.Single((await stream.ReceiveAsync<DiscoverResponse>()).Registrations);
        Assert.Single((await stream.ReceiveAsync<DiscoverResponse>()).Registrations);
        Assert.Null(await stream.ReceiveEndAsync());
    }

    [Fact]
    public async Task Unregister_alone_ends_cleanly()
    {
        using var frontEnd = new FrontEndFixture();
        RendezvousDriver stream = frontEnd.OpenStream();
        await stream.SendAsync(RawRequests.Unregister(Ns).Framed());
        await stream.CloseWriteAsync();
        Assert.Null(await stream.ReceiveEndAsync());
    }

    [Fact]
    public async Task Unregister_with_another_peers_id_removes_nothing()
    {
        using var frontEnd = new FrontEndFixture();
        var other = new TestPeer();
        using var otherConnection = FrontEndFixture.Silent(other);
        RendezvousDriver mine = frontEnd.OpenStream();
        RendezvousDriver theirs = frontEnd.OpenStream(otherConnection);
        await mine.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));
        await theirs.AskAsync<RegisterResponse>(RawRequests.Register(Ns, other.Record()));

        await theirs.SendAsync(RawRequests.Unregister(Ns, frontEnd.Peer.Id.Bytes.ToArray()).Framed());
        await theirs.SendAsync(RawRequests.Unregister(Ns, [1, 2, 3]).Framed());
        Assert.Equal(2, (await theirs.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Registrations.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Unregister_removes_only_the_connections_own(bool namesItself)
    {
        using var frontEnd = new FrontEndFixture();
        var other = new TestPeer();
        using var otherConnection = FrontEndFixture.Silent(other);
        RendezvousDriver mine = frontEnd.OpenStream();
        RendezvousDriver theirs = frontEnd.OpenStream(otherConnection);
        await mine.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));
        await theirs.AskAsync<RegisterResponse>(RawRequests.Register(Ns, other.Record()));

        await theirs.SendAsync(RawRequests.Unregister(Ns, namesItself ? other.Id.Bytes.ToArray() : null).Framed());
        DiscoverResponse found = await theirs.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));

        Assert.Equal(frontEnd.Peer.Record(), Assert.Single(found.Registrations).SignedPeerRecord.ToArray());
    }

    [Fact]
    public async Task Unregister_without_namespace_removes_all_of_mine()
    {
        using var frontEnd = new FrontEndFixture();
        RendezvousDriver stream = frontEnd.OpenStream();
        await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));
        await stream.AskAsync<RegisterResponse>(RawRequests.Register("other"u8.ToArray(), frontEnd.Peer.Record()));

        await stream.SendAsync(RawRequests.Unregister(null).Framed());

        Assert.Empty((await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(null))).Registrations);
    }

    [Fact]
    public async Task Remaining_time_is_answered_and_expired_ones_are_not()
    {
        using var frontEnd = new FrontEndFixture();
        RendezvousDriver stream = frontEnd.OpenStream();
        await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record(), 7_200));

        frontEnd.Time.Advance(TimeSpan.FromSeconds(7_000));
        Assert.Equal(200ul, Assert.Single((await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Registrations).TtlSeconds);
        frontEnd.Time.Advance(TimeSpan.FromSeconds(200));
        Assert.Empty((await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Registrations);
    }

    [Fact]
    public async Task Cookie_brings_only_what_is_new_and_every_answer_has_one()
    {
        using var frontEnd = new FrontEndFixture();
        RendezvousDriver stream = frontEnd.OpenStream();
        DiscoverResponse empty = await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        Assert.Equal(19, empty.Cookie.Length);
        await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));

        DiscoverResponse first = await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns, cookie: empty.Cookie.ToArray()));
        DiscoverResponse second = await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns, cookie: first.Cookie.ToArray()));
        await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));
        DiscoverResponse third = await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns, cookie: second.Cookie.ToArray()));

        Assert.Single(first.Registrations);
        Assert.Empty(second.Registrations);
        Assert.Equal(first.Cookie.ToArray(), second.Cookie.ToArray());
        Assert.Single(third.Registrations);
    }

    [Fact]
    public async Task All_namespaces_can_be_switched_off()
    {
        using var on = new FrontEndFixture();
        Assert.Equal(RendezvousStatus.Ok, (await on.OpenStream().AskAsync<DiscoverResponse>(RawRequests.Discover(null))).Status);
        using var off = new FrontEndFixture(limits: limits => limits.DiscoverAllNamespaces = false);
        RendezvousDriver stream = off.OpenStream();
        Assert.Equal(RendezvousStatus.NotAuthorized, (await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(null))).Status);
        Assert.Equal(RendezvousStatus.NotAuthorized, (await stream.AskAsync<DiscoverResponse>(RawRequests.Discover([]))).Status);
        Assert.Equal(RendezvousStatus.Ok, (await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Status);
    }

    [Fact]
    public async Task Peers_get_records_of_their_own_flavour_only()
    {
        using var frontEnd = new FrontEndFixture();
        var rust = new TestPeer();
        using var rustConnection = FrontEndFixture.Silent(rust);
        RendezvousDriver fromGo = frontEnd.OpenStream();
        RendezvousDriver fromRust = frontEnd.OpenStream(rustConnection);
        byte[] rustRecord = rust.Record(1, RecordFlavour.RoutingState);
        await fromGo.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));
        await fromRust.AskAsync<RegisterResponse>(RawRequests.Register(Ns, rustRecord));

        DiscoverResponse seenByGo = await fromGo.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));
        DiscoverResponse seenByRust = await fromRust.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns));

        Assert.Equal(frontEnd.Peer.Record(), Assert.Single(seenByGo.Registrations).SignedPeerRecord.ToArray());
        Assert.Equal(rustRecord, Assert.Single(seenByRust.Registrations).SignedPeerRecord.ToArray());
    }

    [Fact]
    public async Task Streams_above_the_limit_are_reset_and_a_closed_one_makes_room()
    {
        using var frontEnd = new FrontEndFixture(limits: limits => limits.MaxStreamsPerConnection = 2);
        RendezvousDriver first = frontEnd.OpenStream();
        RendezvousDriver second = frontEnd.OpenStream();
        Assert.Equal(StreamEndReason.ResetByRemote, await frontEnd.OpenStream().ReceiveEndAsync());

        await second.CloseWriteAsync();
        Assert.Null(await second.ReceiveEndAsync());
        Assert.Equal(RendezvousStatus.Ok, (await first.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Status);
    }

    [Fact]
    public async Task Requests_and_resets_are_counted_by_kind_and_reason()
    {
        using var frontEnd = new FrontEndFixture();
        RendezvousDriver stream = frontEnd.OpenStream();
        await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));
        await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns, cookie: [1]));
        await stream.SendAsync([.. RawRequests.Unregister(Ns).Framed(), .. RawRequests.Discover(Ns).Framed()]);
        await stream.ReceiveAsync<DiscoverResponse>();
        InMemoryMuxedStream broken = frontEnd.OpenRaw();
        await broken.Output.WriteAsync(new byte[] { 0x03 });
        await broken.CloseWriteAsync();
        await stream.CloseWriteAsync();
        await frontEnd.AllHandledAsync();

        Assert.Equal(
            [
                "rendezvous.server.requests kind=register status=ok",
                "rendezvous.server.requests kind=discover status=invalid_cookie",
                "rendezvous.server.requests kind=unregister status=ok",
                "rendezvous.server.requests kind=discover status=ok",
                "rendezvous.server.stream.resets reason=invalid_frame",
            ],
            frontEnd.Counted);
    }

    [Fact]
    public async Task Remote_reset_and_stopping_host_end_the_handler_quietly()
    {
        using var frontEnd = new FrontEndFixture();
        frontEnd.OpenRaw().Reset();
        await frontEnd.AllHandledAsync();
        frontEnd.OpenRaw();
        await frontEnd.StopAsync();
    }
}
