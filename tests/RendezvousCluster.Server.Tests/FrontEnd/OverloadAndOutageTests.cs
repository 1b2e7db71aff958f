using RendezvousCluster.Core;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Registry;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>What peers see of a registry that is slow, down or broken, and of a node that has too much to do.</summary>
public sealed class OverloadAndOutageTests
{
    private static readonly byte[] Ns = "chat"u8.ToArray();
    private static readonly TimeSpan RequestTimeout = new RendezvousLimits().RequestTimeout;

    private readonly ScriptedRegistry _registry = new();

    [Fact]
    public async Task Registry_refusals_are_passed_through()
    {
        using var frontEnd = new FrontEndFixture(_registry);
        _registry.OnRegister = (_, _) => ValueTask.FromResult(new RegisterReply(RendezvousStatus.NotAuthorized, "quota", 0));
        _registry.OnDiscover = (_, _) => ValueTask.FromResult(new DiscoverReply(RendezvousStatus.Unavailable, "down", [], 0));
        _registry.OnDiscoverAll = (query, _) =>
            ValueTask.FromResult(new DiscoverAllReply(RendezvousStatus.Unavailable, "down", [], query.Position, IsComplete: false));
        RendezvousDriver stream = frontEnd.OpenStream();

        Assert.Equal(
            new RegisterResponse(RendezvousStatus.NotAuthorized, "quota", 0),
            await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record())));
        foreach (byte[]? ns in new[] { Ns, null })
        {
            DiscoverResponse discovered = await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(ns));
            Assert.Equal((RendezvousStatus.Unavailable, "down", 0), (discovered.Status, discovered.StatusText, discovered.Cookie.Length));
        }
    }

    [Fact]
    public async Task Commands_carry_their_deadline()
    {
        using var frontEnd = new FrontEndFixture(_registry);
        RendezvousDriver stream = frontEnd.OpenStream();
        await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record(7)));
        RegisterCommand command = Assert.IsType<RegisterCommand>(Assert.Single(_registry.Calls));
        Assert.Equal(frontEnd.Time.GetUtcNow() + RequestTimeout, command.Deadline);
        Assert.Equal((7ul, 7_200u, frontEnd.Peer.Id), (command.RecordSequence, command.TtlSeconds, command.Peer));
    }

    [Fact]
    public async Task Silent_registry_is_unavailable_at_the_deadline_and_the_stream_goes_on()
    {
        using var frontEnd = new FrontEndFixture(_registry);
        _registry.OnRegister = (_, token) => ScriptedRegistry.Hang<RegisterReply>(token);
        RendezvousDriver stream = frontEnd.OpenStream();
        for (int round = 0; round < 3; round++)
        {
            await stream.SendAsync(RawRequests.Register(Ns, frontEnd.Peer.Record()).Framed());
            await _registry.NextCallAsync();
            Task<RegisterResponse> response = stream.ReceiveAsync<RegisterResponse>();

            frontEnd.Time.Advance(RequestTimeout - TimeSpan.FromMilliseconds(1));
            Assert.False(response.IsCompleted);
            frontEnd.Time.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(RendezvousStatus.Unavailable, (await response).Status);
        }

        Assert.Equal(RendezvousStatus.Ok, (await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Status);
        Assert.Equal((0, 0), (frontEnd.Gate.Inside, frontEnd.Queue.Count));
    }

    /// <summary>The sentence fits the request: only a REGISTER can have stored something.</summary>
    [Fact]
    public async Task When_the_registry_is_silent_the_answer_has_words_that_fit_the_request()
    {
        using var frontEnd = new FrontEndFixture(_registry);
        _registry.OnRegister = (_, token) => ScriptedRegistry.Hang<RegisterReply>(token);
        _registry.OnDiscover = (_, token) => ScriptedRegistry.Hang<DiscoverReply>(token);
        _registry.OnDiscoverAll = (_, token) => ScriptedRegistry.Hang<DiscoverAllReply>(token);
        RendezvousDriver stream = frontEnd.OpenStream();

        RegisterResponse registered = await AtTheDeadlineAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()).Framed());
        Assert.Contains("may or may not be stored: register again", registered.StatusText, StringComparison.Ordinal);
        foreach (byte[]? ns in new[] { Ns, null })
        {
            DiscoverResponse discovered = await AtTheDeadlineAsync<DiscoverResponse>(RawRequests.Discover(ns).Framed());
            Assert.Equal("The registry did not answer in time: discover again.", discovered.StatusText);
        }

        async Task<TResponse> AtTheDeadlineAsync<TResponse>(byte[] request)
            where TResponse : RendezvousMessage
        {
            await stream.SendAsync(request);
            await _registry.NextCallAsync();
            Task<TResponse> response = stream.ReceiveAsync<TResponse>();
            frontEnd.Time.Advance(RequestTimeout);
            return await response;
        }
    }

    [Fact]
    public async Task Broken_registry_is_an_internal_error_and_the_stream_goes_on()
    {
        using var frontEnd = new FrontEndFixture(_registry);
        _registry.OnRegister = (_, _) => throw new InvalidOperationException("broken");
        RendezvousDriver stream = frontEnd.OpenStream();
        RegisterResponse response = await stream.AskAsync<RegisterResponse>(RawRequests.Register(Ns, frontEnd.Peer.Record()));
        Assert.Equal(RendezvousStatus.InternalError, response.Status);
        Assert.Equal(RendezvousStatus.Ok, (await stream.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Status);
        Assert.Equal((0, 0), (frontEnd.Gate.Inside, frontEnd.Queue.Count));
    }

    [Fact]
    public async Task Unregister_that_is_not_known_to_be_done_resets_the_stream()
    {
        using var frontEnd = new FrontEndFixture(_registry);
        _registry.OnUnregister = (_, _) => ValueTask.FromResult(new UnregisterReply(RendezvousStatus.Unavailable));
        RendezvousDriver stream = frontEnd.OpenStream();
        await stream.TrySendAsync(RawRequests.Unregister(Ns).Framed());
        Assert.Equal(StreamEndReason.ResetByRemote, await stream.ReceiveEndAsync());
    }

    [Fact]
    public async Task Full_node_refuses_at_once_and_recovers()
    {
        using var frontEnd = new FrontEndFixture(_registry, limits => limits.MaxRequestsInFlightPerNode = 1);
        var answer = new TaskCompletionSource<DiscoverReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _registry.OnDiscover = (_, _) => new ValueTask<DiscoverReply>(answer.Task);
        RendezvousDriver busy = frontEnd.OpenStream();
        await busy.SendAsync(RawRequests.Discover(Ns).Framed());
        await _registry.NextCallAsync();

        RendezvousDriver refused = frontEnd.OpenStream();
        Assert.Equal(RendezvousStatus.Unavailable, (await refused.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Status);
        Assert.Equal(RendezvousStatus.Unavailable, (await refused.AskAsync<RegisterResponse>(RawRequests.Register(Ns, null))).Status);

        answer.SetResult(new DiscoverReply(RendezvousStatus.Ok, "", [], 0));
        await busy.ReceiveAsync<DiscoverResponse>();
        Assert.Equal(RendezvousStatus.Ok, (await refused.AskAsync<DiscoverResponse>(RawRequests.Discover(Ns))).Status);
    }

    [Fact]
    public async Task One_connection_has_its_share_and_waits_for_it()
    {
        using var frontEnd = new FrontEndFixture(_registry, limits => limits.MaxRequestsInFlightPerConnection = 1);
        var answer = new TaskCompletionSource<DiscoverReply>(TaskCreationOptions.RunContinuationsAsynchronously);
        _registry.OnDiscover = (_, _) => new ValueTask<DiscoverReply>(answer.Task);
        RendezvousDriver first = frontEnd.OpenStream();
        RendezvousDriver second = frontEnd.OpenStream();
        await first.SendAsync(RawRequests.Discover(Ns).Framed());
        await _registry.NextCallAsync();
        await second.SendAsync(RawRequests.Discover(Ns).Framed());
        Task<DiscoverResponse> waiting = second.ReceiveAsync<DiscoverResponse>();
        await frontEnd.UntilCountedOnceAsync("rendezvous.server.requests.held_back limit=requests_in_flight_per_connection");

        // Another connection does not wait for this one.
        var other = new TestPeer();
        using var otherConnection = FrontEndFixture.Silent(other);
        await frontEnd.OpenStream(otherConnection).SendAsync(RawRequests.Discover(Ns).Framed());
        await _registry.NextCallAsync();
        Assert.Equal(2, _registry.Calls.Count);
        Assert.False(waiting.IsCompleted);

        answer.SetResult(new DiscoverReply(RendezvousStatus.Ok, "", [], 0));
        Assert.Equal(RendezvousStatus.Ok, (await waiting).Status);
    }

    [Fact]
    public async Task Commands_of_one_peer_and_namespace_reach_the_registry_one_at_a_time()
    {
        using var frontEnd = new FrontEndFixture(_registry, limits => limits.MaxQueuedCommandsPerRegistration = 1);
        var answers = new Queue<TaskCompletionSource<RegisterReply>>([new(), new()]);
        var given = new List<TaskCompletionSource<RegisterReply>>();
        _registry.OnRegister = (_, _) =>
        {
            given.Add(answers.Dequeue());
            return new ValueTask<RegisterReply>(given[^1].Task);
        };
        using var secondConnection = FrontEndFixture.Silent(frontEnd.Peer);
        RendezvousDriver first = frontEnd.OpenStream();
        RendezvousDriver second = frontEnd.OpenStream(secondConnection);
        RendezvousDriver third = frontEnd.OpenStream();
        ProtobufBytes request = RawRequests.Register(Ns, frontEnd.Peer.Record());
        await first.SendAsync(request.Framed());
        await _registry.NextCallAsync();

        // One may wait; of two, one is refused at once.
        Task<RegisterResponse>[] both = [second.AskAsync<RegisterResponse>(request), third.AskAsync<RegisterResponse>(request)];
        Task<RegisterResponse> refused = await Task.WhenAny(both).Within();
        Assert.Equal(RendezvousStatus.Unavailable, (await refused).Status);
        Assert.Single(_registry.Calls);

        given[0].SetResult(new RegisterReply(RendezvousStatus.Ok, "", 1));
        Assert.Equal(RendezvousStatus.Ok, (await first.ReceiveAsync<RegisterResponse>()).Status);
        await _registry.NextCallAsync();
        given[1].SetResult(new RegisterReply(RendezvousStatus.Ok, "", 2));
        Assert.Equal(2ul, (await both.Single(task => task != refused)).TtlSeconds);
    }

    [Fact]
    public async Task Peer_that_does_not_read_its_answer_loses_the_stream()
    {
        using var frontEnd = new FrontEndFixture(_registry);
        RendezvousNamespace ns = RendezvousNamespace.Parse("chat");
        var found = new DiscoveredRegistration(ns, TestPeers.Envelope(1, bytes: 4_000), RegistrationFlavour.Standard, 60, 1);
        _registry.OnDiscover = (_, _) => ValueTask.FromResult(new DiscoverReply(RendezvousStatus.Ok, "", [found], 1));
        InMemoryMuxedStream remote = frontEnd.OpenRaw(windowBytes: 1_024);
        await remote.Output.WriteAsync(RawRequests.Discover(Ns, limit: 1).Framed()).Within();

        // Part of the answer is here, so the rest is being waited with.
        System.IO.Pipelines.ReadResult part = await remote.Input.ReadAsync().Within();
        remote.Input.AdvanceTo(part.Buffer.Start);
        frontEnd.Time.Advance(new RendezvousLimits().ResponseWriteTimeout);
        await frontEnd.AllHandledAsync();

        Assert.Equal(StreamEndReason.ResetByRemote, remote.ResetReason);
        Assert.Contains("rendezvous.server.stream.resets reason=slow_reader", frontEnd.Counted);
    }
}
