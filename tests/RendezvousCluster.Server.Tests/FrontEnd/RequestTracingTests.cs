using System.Diagnostics;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Testing.Rendezvous;
using RendezvousCluster.Testing.Traces;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class RequestTracingTests : IDisposable
{
    private readonly TestTrace _traces = new();
    private readonly FrontEndFixture _fixture = new();

    public void Dispose()
    {
        _fixture.Dispose();
        _traces.Dispose();
    }

    [Fact]
    public async Task Each_request_of_a_stream_is_a_trace_of_its_own()
    {
        RendezvousDriver stream = _fixture.OpenStream();
        await stream.AskAsync<DiscoverResponse>(RawRequests.Discover("chat"u8.ToArray()));
        await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(null));
        await stream.CloseWriteAsync();
        await _fixture.AllHandledAsync();

        Activity[] requests = Mine();
        Assert.Equal(2, requests.Select(request => request.TraceId).Distinct().Count());
        Assert.All(requests, request => Assert.Equal(("discover", ActivityStatusCode.Ok), (request.OperationName, request.Status)));
        Assert.Equal([RequestTracing.HashOf("chat"u8), null], requests.Select(request => request.GetTagItem(RequestTracing.NamespaceTag)));
    }

    [Fact]
    public async Task A_refusal_is_an_error_with_its_status()
    {
        RendezvousDriver stream = _fixture.OpenStream();
        RegisterResponse refused = await stream.AskAsync<RegisterResponse>(RawRequests.Register("chat"u8.ToArray(), record: null));
        await stream.CloseWriteAsync();
        await _fixture.AllHandledAsync();

        Assert.Equal(RendezvousStatus.InvalidSignedPeerRecord, refused.Status);
        Activity request = Assert.Single(Mine());
        Assert.Equal(
            (ActivityStatusCode.Error, "invalid_signed_peer_record"), (request.Status, request.GetTagItem(RequestTracing.StatusTag)));
    }

    [Fact]
    public void The_hash_is_the_beginning_of_a_sha256()
    {
        Assert.Equal("ba7816bf8f01cfea", RequestTracing.HashOf("abc"u8));
        Assert.Null(RequestTracing.HashOf([]));
    }

    private Activity[] Mine() =>
        [.. _traces.Ended.Where(activity => _fixture.Peer.Id.ToString().Equals(activity.GetTagItem(RequestTracing.PeerTag)))];
}
