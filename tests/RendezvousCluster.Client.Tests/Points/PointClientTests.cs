using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Points;

public sealed class PointClientTests : IAsyncLifetime, IAsyncDisposable
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly ClientFixture _fixture = new();
    private readonly PointClient _client;

    public PointClientTests() => _client = new PointClient(_fixture.Point.Point, _fixture.Context);

    public static TheoryData<RendezvousStatus, Type> Statuses => new()
    {
        { RendezvousStatus.InvalidNamespace, typeof(InvalidNamespaceException) },
        { RendezvousStatus.InvalidSignedPeerRecord, typeof(InvalidSignedPeerRecordException) },
        { RendezvousStatus.InvalidTtl, typeof(InvalidTtlException) },
        { RendezvousStatus.InvalidCookie, typeof(InvalidCookieException) },
        { RendezvousStatus.NotAuthorized, typeof(NotAuthorizedException) },
        { RendezvousStatus.InternalError, typeof(PointInternalErrorException) },
        { RendezvousStatus.Unavailable, typeof(PointUnavailableException) },
        { (RendezvousStatus)999, typeof(RendezvousRefusedException) },
        { (RendezvousStatus)(-1), typeof(RendezvousRefusedException) },
    };

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        await _fixture.DisposeAsync();
    }

    [Fact]
    public async Task A_register_carries_namespace_record_and_ttl()
    {
        Grant grant = await _client.RegisterAsync(Chat, TimeSpan.FromMinutes(10), insist: false, default).Within();

        RegisterRequest sent = Assert.Single(_fixture.Point.Received<RegisterRequest>());
        Assert.Equal("chat"u8, sent.Namespace.Span);
        Assert.Equal(600ul, sent.TtlSeconds);
        Assert.Equal(_fixture.Node.GetSignedPeerRecord(default)!.Envelope.ToArray(), sent.SignedPeerRecord.ToArray());
        Assert.Equal(new Grant(_fixture.Time.GetUtcNow(), TimeSpan.FromMinutes(10)), grant);
    }

    [Theory]
    [InlineData(0, 7_200)] // servers that leave it out: the spec's default
    [InlineData(90, 90)]
    [InlineData(ulong.MaxValue, 72 * 3_600)]
    public async Task A_granted_ttl_is_taken_within_reason(ulong granted, int taken)
    {
        _fixture.Point.Answer = _ => new RegisterResponse(RendezvousStatus.Ok, "", granted);

        Assert.Equal(TimeSpan.FromSeconds(taken), (await _client.RegisterAsync(Chat, null, insist: false, default).Within()).Ttl);
    }

    [Fact]
    public async Task A_node_without_addresses_sends_nothing()
    {
        _fixture.Node.Move();

        await Assert.ThrowsAsync<NoAddressesException>(() => _client.RegisterAsync(Chat, null, insist: false, default)).Within();

        Assert.Equal(0, _fixture.Point.Dials);
        Assert.True(_client.Health.IsHealthy);
    }

    [Theory]
    [MemberData(nameof(Statuses))]
    public async Task Each_status_has_its_exception(RendezvousStatus status, Type type)
    {
        _fixture.Point.Refuse(status, "do it\r\n\u001b[31mdifferently");

        Exception? registering = await Record.ExceptionAsync(() => _client.RegisterAsync(Chat, null, insist: true, default)).Within();
        Exception? discovering =
            await Record.ExceptionAsync(() => _client.DiscoverAsync(Chat, 10, default, insist: true, default)).Within();

        foreach (Exception? exception in new[] { registering, discovering })
        {
            Assert.IsType(type, exception);
            var refusal = (RendezvousRefusedException)exception;
            Assert.Equal((status, @"do it\u000d\u000a\u001b[31mdifferently"), (refusal.Status, refusal.StatusText));
            Assert.Equal(_fixture.Point.Point, refusal.Point);
            Assert.Equal((int)status is 300 or 400, refusal.IsTransient);
        }
    }

    [Theory]
    [InlineData(RendezvousStatus.InvalidTtl, true)]
    [InlineData(RendezvousStatus.NotAuthorized, true)]
    [InlineData(RendezvousStatus.InternalError, false)]
    [InlineData(RendezvousStatus.Unavailable, false)]
    public async Task A_refusal_shows_a_working_point_but_trouble_of_its_own_does_not(RendezvousStatus status, bool works)
    {
        _fixture.Point.Refuse(status);

        await Assert.ThrowsAnyAsync<RendezvousRefusedException>(() => _client.RegisterAsync(Chat, null, insist: false, default)).Within();

        Assert.Equal(works, _client.Health.IsHealthy);
    }

    [Fact]
    public async Task A_discover_declares_both_flavours_of_signed_records()
    {
        await _client.DiscoverAsync(Chat, 10, default, insist: false, default).Within();

        Assert.Equal(RegistrationFlavours.BothSigned, Assert.Single(_fixture.Point.Received<DiscoverRequest>()).Reads);
    }

    [Fact]
    public async Task A_point_that_failed_is_left_alone_for_a_while()
    {
        _fixture.Point.IsDown = true;
        await Assert.ThrowsAsync<PointUnreachableException>(() => _client.RegisterAsync(Chat, null, insist: false, default)).Within();
        _fixture.Point.IsDown = false;

        await Assert.ThrowsAsync<PointBackingOffException>(() => _client.RegisterAsync(Chat, null, insist: false, default)).Within();
        Assert.Equal(1, _fixture.Point.Dials);
        Assert.Equal(1, _client.Health.FailuresInARow);

        _fixture.Time.Advance(TimeSpan.FromSeconds(0.75)); // the first wait is a second, of which a half is random
        await _client.RegisterAsync(Chat, null, insist: false, default).Within();
        Assert.True(_client.Health.IsHealthy);
    }

    [Fact]
    public async Task A_request_that_insists_asks_a_point_that_is_left_alone()
    {
        _fixture.Point.IsDown = true;
        await Assert.ThrowsAsync<PointUnreachableException>(() => _client.RegisterAsync(Chat, null, insist: false, default)).Within();
        _fixture.Point.IsDown = false;

        await _client.RegisterAsync(Chat, null, insist: true, default).Within();
    }

    [Fact]
    public async Task A_connection_that_was_closed_while_idle_is_dialled_anew_and_nothing_is_held_against_the_point()
    {
        await _client.RegisterAsync(Chat, null, insist: false, default).Within();
        _fixture.Point.GoAway();

        await _client.RegisterAsync(Chat, null, insist: false, default).Within();

        Assert.Equal((2, 1), (_fixture.Point.Dials, _fixture.Point.OpenConnections));
        Assert.True(_client.Health.IsHealthy);
    }

    [Fact]
    public async Task A_point_that_takes_no_streams_at_all_is_not_dialled_for_ever()
    {
        _fixture.Point.GoesAwayAtOnce = true;

        await Assert.ThrowsAsync<PointUnreachableException>(() => _client.RegisterAsync(Chat, null, insist: false, default)).Within();

        Assert.Equal(2, _fixture.Point.Dials);
    }

    [Fact]
    public async Task No_more_requests_run_at_once_than_allowed()
    {
        int most = _fixture.Options.Limits.MaxRequestsInFlightPerPoint;
        var go = new TaskCompletionSource();
        var reached = new TaskCompletionSource();
        int waiting = 0;
        _fixture.Point.Serve = async stream =>
        {
            if (Interlocked.Increment(ref waiting) == most)
            {
                reached.SetResult();
            }

            await go.Task;
            stream.Reset();
        };

        Task<Exception?>[] requests =
            [.. Enumerable.Range(0, 3 * most)
                .Select(_ => Record.ExceptionAsync(() => _client.DiscoverAsync(Chat, 1, default, insist: false, default)))];
        await reached.Task.Within();
        Assert.Equal(most, Volatile.Read(ref waiting));

        go.SetResult();
        Exception?[] outcomes = await Task.WhenAll(requests).Within();
        // The requests that waited for a turn fail at once.
        Assert.Equal(2 * most, outcomes.Count(outcome => outcome is PointBackingOffException));
        Assert.Equal(1, _client.Health.FailuresInARow);
    }

    [Fact]
    public async Task A_request_that_is_given_up_ends_by_its_token()
    {
        var reached = new TaskCompletionSource();
        _fixture.Point.Serve = _ =>
        {
            reached.SetResult();
            return new TaskCompletionSource().Task;
        };
        using var source = new CancellationTokenSource();

        Task request = _client.DiscoverAsync(Chat, 1, default, insist: false, source.Token);
        await reached.Task.Within();
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request).Within();
        Assert.True(_client.Health.IsHealthy);
    }

    [Fact]
    public async Task An_unregister_names_the_node_and_is_done_at_the_end_of_the_stream()
    {
        await _client.UnregisterAsync(Chat, insist: false, default).Within();

        UnregisterRequest sent = Assert.Single(_fixture.Point.Received<UnregisterRequest>());
        Assert.Equal("chat"u8, sent.Namespace.Span);
        Assert.Equal(_fixture.Node.PeerId.Bytes.ToArray(), sent.PeerId.ToArray()); // for py-libp2p's points
    }

    [Fact]
    public async Task An_unregister_that_is_reset_is_not_confirmed()
    {
        _fixture.Point.Serve = async stream =>
        {
            await stream.Input.ReadAsync();
            stream.Reset();
        };

        await Assert.ThrowsAsync<UnregisterUnconfirmedException>(() => _client.UnregisterAsync(Chat, insist: false, default)).Within();
        Assert.True(_client.Health.IsHealthy); // rust's points always end it so
    }

    [Theory]
    [InlineData(RegistrationFlavour.Standard)]
    [InlineData(RegistrationFlavour.RoutingState)]
    [InlineData(RegistrationFlavour.PeerInfo)]
    public async Task The_record_is_sent_in_the_flavour_of_the_options(RegistrationFlavour flavour)
    {
        _fixture.Options.Flavour = flavour;

        await _client.RegisterAsync(Chat, null, insist: false, default).Within();

        byte[] sent = Assert.Single(_fixture.Point.Received<RegisterRequest>()).SignedPeerRecord.ToArray();
        RecordFlavour signed = flavour == RegistrationFlavour.RoutingState ? RecordFlavour.RoutingState : RecordFlavour.Standard;
        SignedPeerRecord record = _fixture.Node.GetSignedPeerRecord(signed)!;
        byte[] expected = flavour == RegistrationFlavour.PeerInfo
            ? new ProtobufBytes().Bytes(1, record.PeerId.Bytes.Span).Bytes(2, record.Record.Addresses[0].Bytes.Span).ToArray()
            : record.Envelope.ToArray();
        Assert.Equal(expected, sent);
    }

    [Fact]
    public async Task Canvas_protocol_is_spoken_where_the_spec_s_is_not()
    {
        _fixture.Point.ProtocolIds = [ProtocolIds.Canvas];

        await _client.RegisterAsync(Chat, null, insist: false, default).Within();
    }
}
