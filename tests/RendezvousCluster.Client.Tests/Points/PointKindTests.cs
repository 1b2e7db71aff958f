using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Client.Tests.Points;

/// <summary>What a point says of itself in identify decides how it is talked to.</summary>
public sealed class PointKindTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly ClientFixture _fixture = new();
    private readonly PointClient _client;

    public PointKindTests() => _client = new PointClient(_fixture.Point.Point, _fixture.Context);

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Theory]
    [InlineData(null, RecordFlavour.Standard)]
    [InlineData("rendezvous-cluster/0.1.0", RecordFlavour.Standard)]
    [InlineData("js-libp2p/3.1.0", RecordFlavour.Standard)]
    [InlineData("rust-libp2p/0.47.0", RecordFlavour.RoutingState)]
    public async Task A_point_gets_the_record_in_the_flavour_of_its_kind(string? agent, RecordFlavour expected)
    {
        _fixture.Point.AgentVersion = agent;

        await _client.RegisterAsync(Chat, null, insist: false, default).Within();

        ReadOnlyMemory<byte> sent = Assert.Single(_fixture.Point.Received<RegisterRequest>()).SignedPeerRecord;
        Assert.Equal(SignedPeerRecordError.None, SignedPeerRecord.TryOpen(sent.Span, out SignedPeerRecord? record));
        Assert.Equal(expected, record!.Flavour);
    }

    [Theory]
    [InlineData("py-libp2p/0.4.0")]
    [InlineData("berty.tech/berty/v2@v2.471.2")]
    public async Task A_point_of_the_first_schema_gets_an_unsigned_one(string agent)
    {
        _fixture.Point.AgentVersion = agent;

        await _client.RegisterAsync(Chat, null, insist: false, default).Within();

        ReadOnlyMemory<byte> sent = Assert.Single(_fixture.Point.Received<RegisterRequest>()).SignedPeerRecord;
        Assert.Equal(SignedPeerRecordError.Malformed, SignedPeerRecord.TryOpen(sent.Span, out _));
        byte[] id = _fixture.Node.PeerId.Bytes.ToArray();
        Assert.Equal([0x0a, (byte)id.Length, .. id], sent[..(2 + id.Length)].ToArray());
    }

    [Fact]
    public async Task A_point_is_asked_once_per_connection()
    {
        _fixture.Point.AgentVersion = "rust-libp2p/0.47.0";
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => _client.RegisterAsync(Chat, null, insist: false, default))).Within();
        Assert.Equal(1, _fixture.Point.Identified);

        await _fixture.Point.CutAsync();
        await _client.RegisterAsync(Chat, null, insist: false, default).Within();
        Assert.Equal(2, _fixture.Point.Identified);
    }

    [Fact]
    public async Task A_discover_does_not_ask_who_it_is()
    {
        _fixture.Point.AgentVersion = "rust-libp2p/0.47.0";

        await _client.DiscoverAsync(Chat, 10, default, insist: false, default).Within();

        Assert.Equal(0, _fixture.Point.Identified);
    }

    [Theory]
    [InlineData("nim-libp2p/1.12.0")]
    [InlineData("nwaku-v0.37.0")]
    public async Task An_unknown_namespace_that_the_point_calls_invalid_is_empty(string agent)
    {
        _fixture.Point.AgentVersion = agent;
        _fixture.Point.Refuse(RendezvousStatus.InvalidNamespace);

        Assert.Empty((await _client.DiscoverAsync(Chat, 10, default, insist: false, default).Within()).Registrations);
        await Assert.ThrowsAsync<InvalidNamespaceException>(() => _client.RegisterAsync(Chat, null, insist: false, default)).Within();
    }

    [Fact]
    public async Task Elsewhere_it_is_the_refusal_that_it_is()
    {
        _fixture.Point.AgentVersion = "rendezvous-cluster/0.1.0";
        _fixture.Point.Refuse(RendezvousStatus.InvalidNamespace);

        await Assert.ThrowsAsync<InvalidNamespaceException>(() => _client.DiscoverAsync(Chat, 10, default, insist: false, default))
            .Within();
    }
}
