using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Client.Tests.Registrations;

public sealed class RegistrationHandleTests
{
    private static readonly TimeSpan Ttl = TimeSpan.FromHours(2);
    private static readonly TimeSpan Refresh = Ttl * 0.625; // jitter is one half, so the middle of the third quarter

    [Fact]
    public async Task A_registration_is_there_and_refreshes_itself()
    {
        await using var fixture = new ClientFixture();
        await using RegistrationHandle registration = await fixture.Client.RegisterAsync("chat", Ttl).Within();
        RegistrationEvent registered = await fixture.NextEventAsync(RegistrationEventKind.Registered);
        Assert.Equal(fixture.Time.GetUtcNow() + Refresh, registered.NextAttempt);
        Assert.True(registration.IsRegistered);

        for (int refresh = 0; refresh < 3; refresh++)
        {
            fixture.Time.Advance(Refresh);
            RegistrationEvent refreshed = await fixture.NextEventAsync(RegistrationEventKind.Refreshed);
            Assert.Equal((Ttl, fixture.Point.Point, "chat"), (refreshed.Ttl, refreshed.Point, refreshed.Namespace));
            Assert.Equal(fixture.Time.GetUtcNow() + Ttl, registration.HeldUntil[fixture.Point.Point]);
        }

        Assert.Equal(4, fixture.Point.Received<RegisterRequest>().Count());
        Assert.Equal(1, fixture.Point.Dials);
    }

    [Fact]
    public async Task The_event_of_the_first_grant_comes_before_the_call_returns()
    {
        await using var fixture = new ClientFixture();

        await using RegistrationHandle registration = await fixture.Client.RegisterAsync("chat").Within();

        Assert.True(fixture.HasEvents);
    }

    [Fact]
    public async Task Disposing_unregisters_and_leaves_nothing_behind()
    {
        await using var fixture = new ClientFixture(points: 2);
        RegistrationHandle registration = await fixture.Client.RegisterAsync("chat").Within();
        await fixture.NextEventAsync(RegistrationEventKind.Registered);
        await fixture.NextEventAsync(RegistrationEventKind.Registered);

        await registration.DisposeAsync().AsTask().Within();
        await registration.DisposeAsync().AsTask().Within();

        await fixture.NextEventAsync(RegistrationEventKind.Unregistered);
        await fixture.NextEventAsync(RegistrationEventKind.Unregistered);
        Assert.All(fixture.Points, point => Assert.Equal(0, point.Store.Count));
        Assert.Empty(fixture.Client.Registrations);
        Assert.Equal(0, fixture.Node.Listeners);
        fixture.Time.Advance(TimeSpan.FromDays(1));
        Assert.False(fixture.HasEvents);
    }

    [Fact]
    public async Task A_dead_point_among_working_ones_does_not_fail_the_registration()
    {
        await using var fixture = new ClientFixture(points: 3);
        fixture.Points[1].IsDown = true;

        await using RegistrationHandle registration = await fixture.Client.RegisterAsync("chat").Within();
        RegistrationEvent[] events = [await fixture.NextEventAsync(), await fixture.NextEventAsync(), await fixture.NextEventAsync()];

        RegistrationEvent failed = Assert.Single(events, happened => happened.Kind == RegistrationEventKind.Failed);
        Assert.Equal(fixture.Points[1].Point, failed.Point);
        Assert.IsType<PointUnreachableException>(failed.Error);
        Assert.Equal(2, registration.HeldUntil.Count);
        Assert.False(fixture.Client.Points[1].IsHealthy);
    }

    [Fact]
    public async Task A_point_that_comes_back_is_registered_at_again()
    {
        await using var fixture = new ClientFixture(points: 2);
        fixture.Points[1].IsDown = true;
        await using RegistrationHandle registration = await fixture.Client.RegisterAsync("chat").Within();
        RegistrationEvent[] events = [await fixture.NextEventAsync(), await fixture.NextEventAsync()];
        RegistrationEvent failed = Assert.Single(events, happened => happened.Kind == RegistrationEventKind.Failed);

        fixture.Points[1].IsDown = false;
        fixture.Time.Advance(failed.NextAttempt!.Value - fixture.Time.GetUtcNow());

        Assert.Equal(fixture.Points[1].Point, (await fixture.NextEventAsync(RegistrationEventKind.Registered)).Point);
        Assert.Equal(2, registration.HeldUntil.Count);
    }

    [Fact]
    public async Task The_only_point_dies_for_a_while_and_comes_back()
    {
        await using var fixture = new ClientFixture();
        await using RegistrationHandle registration = await fixture.Client.RegisterAsync("chat", Ttl).Within();
        await fixture.NextEventAsync(RegistrationEventKind.Registered);
        fixture.Point.IsDown = true;
        fixture.Point.Store.Clear();
        await fixture.Point.CutAsync();

        TimeSpan wait = TimeSpan.FromSeconds(1);
        for (int attempt = 0; attempt < 5; attempt++)
        {
            fixture.Time.Advance(wait);
            wait = (await fixture.NextEventAsync(RegistrationEventKind.Failed)).NextAttempt!.Value - fixture.Time.GetUtcNow();
            Assert.False(registration.IsRegistered);
        }

        fixture.Point.IsDown = false;
        fixture.Time.Advance(wait);
        await fixture.NextEventAsync(RegistrationEventKind.Registered);
        Assert.True(fixture.Point.Store.Contains("chat", fixture.Node.PeerId));
    }

    [Fact]
    public async Task A_registration_is_kept_at_k_of_n_points_and_another_point_takes_the_place_of_a_dead_one()
    {
        await using var fixture = new ClientFixture(points: 3, options => options.RegisterAt = 2);
        await using RegistrationHandle registration = await fixture.Client.RegisterAsync("chat", Ttl).Within();
        await fixture.NextEventAsync(RegistrationEventKind.Registered);
        await fixture.NextEventAsync(RegistrationEventKind.Registered);
        Assert.Equal(2, fixture.Points.Count(point => point.Store.Count == 1));

        ScriptedPoint victim = fixture.Points.First(point => point.Store.Count == 1);
        victim.IsDown = true;
        await victim.CutAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(victim.Point, (await fixture.NextEventAsync(RegistrationEventKind.Failed)).Point);
        RegistrationEvent replaced = await fixture.NextEventAsync(RegistrationEventKind.Registered);
        Assert.NotEqual(victim.Point, replaced.Point);
        Assert.Equal(2, registration.HeldUntil.Count);
        Assert.DoesNotContain(victim.Point, registration.HeldUntil.Keys);
    }

    [Fact]
    public async Task A_lost_connection_brings_it_back_at_a_point_that_forgot()
    {
        await using var fixture = new ClientFixture();
        await using RegistrationHandle registration = await fixture.Client.RegisterAsync("chat", Ttl).Within();
        await fixture.NextEventAsync(RegistrationEventKind.Registered);

        fixture.Point.Store.Clear();
        await fixture.Point.CutAsync();
        fixture.Time.Advance(TimeSpan.FromSeconds(1));

        await fixture.NextEventAsync(RegistrationEventKind.Refreshed);
        Assert.True(fixture.Point.Store.Contains("chat", fixture.Node.PeerId));
    }

    [Fact]
    public async Task New_addresses_are_registered_at_once_with_a_higher_sequence()
    {
        await using var fixture = new ClientFixture();
        await using RegistrationHandle registration = await fixture.Client.RegisterAsync("chat", Ttl).Within();
        await fixture.NextEventAsync(RegistrationEventKind.Registered);
        fixture.Time.Advance(TimeSpan.FromMinutes(1));

        fixture.Node.Move("/ip4/198.51.100.8/tcp/4001");

        await fixture.NextEventAsync(RegistrationEventKind.Refreshed);
        Assert.Equal(
            fixture.Node.GetSignedPeerRecord(default)!.Envelope.ToArray(),
            fixture.Point.Received<RegisterRequest>().Last().SignedPeerRecord.ToArray());
    }

    [Fact]
    public async Task A_node_that_has_no_address_yet_registers_when_it_gets_one()
    {
        await using var fixture = new ClientFixture();
        fixture.Node.Move();
        await using RegistrationHandle registration = fixture.Client.StartRegistration("chat");
        Assert.IsType<NoAddressesException>((await fixture.NextEventAsync(RegistrationEventKind.Failed)).Error);

        fixture.Node.Move("/ip4/198.51.100.8/tcp/4001");

        await fixture.NextEventAsync(RegistrationEventKind.Registered);
        Assert.True(registration.IsRegistered);
    }

    [Theory]
    [InlineData(RendezvousStatus.InvalidNamespace, typeof(InvalidNamespaceException))]
    [InlineData(RendezvousStatus.InvalidTtl, typeof(InvalidTtlException))]
    [InlineData(RendezvousStatus.NotAuthorized, typeof(NotAuthorizedException))]
    [InlineData(RendezvousStatus.Unavailable, typeof(PointUnavailableException))]
    public async Task When_all_points_refuse_the_caller_gets_the_refusal_and_nothing_stays(RendezvousStatus status, Type type)
    {
        await using var fixture = new ClientFixture(points: 2);
        foreach (ScriptedPoint point in fixture.Points)
        {
            point.Refuse(status, "because");
        }

        Exception? exception = await Record.ExceptionAsync(() => fixture.Client.RegisterAsync("chat")).Within();

        Assert.IsType(type, exception);
        Assert.Empty(fixture.Client.Registrations);
    }

    [Fact]
    public async Task When_points_fail_in_several_ways_the_caller_gets_them_all()
    {
        await using var fixture = new ClientFixture(points: 2);
        fixture.Points[0].IsDown = true;
        fixture.Points[1].Refuse(RendezvousStatus.InvalidTtl);

        AllPointsFailedException exception =
            await Assert.ThrowsAsync<AllPointsFailedException>(() => fixture.Client.RegisterAsync("chat")).Within();

        Assert.Equal(
            new[] { fixture.Points[0].Point, fixture.Points[1].Point }.ToHashSet(),
            exception.Failures.Select(failure => failure.Point!).ToHashSet());
    }

    [Fact]
    public async Task Started_while_all_points_are_down_it_goes_on_trying()
    {
        await using var fixture = new ClientFixture();
        fixture.Point.IsDown = true;
        await using RegistrationHandle registration = fixture.Client.StartRegistration("chat");
        DateTimeOffset due = (await fixture.NextEventAsync(RegistrationEventKind.Failed)).NextAttempt!.Value;
        await Assert.ThrowsAsync<PointUnreachableException>(() => registration.FirstGranted).Within();

        for (int attempt = 0; attempt < 20; attempt++)
        {
            fixture.Time.Advance(due - fixture.Time.GetUtcNow());
            due = (await fixture.NextEventAsync(RegistrationEventKind.Failed)).NextAttempt!.Value;
            Assert.InRange(due - fixture.Time.GetUtcNow(), TimeSpan.FromSeconds(0.5), fixture.Options.Limits.MaxBackoff);
        }

        fixture.Point.IsDown = false;
        fixture.Time.Advance(due - fixture.Time.GetUtcNow());
        await fixture.NextEventAsync(RegistrationEventKind.Registered);
    }

    [Fact]
    public async Task A_caller_who_gives_up_stays_registered_nowhere()
    {
        await using var fixture = new ClientFixture();
        var reached = new TaskCompletionSource();
        fixture.Point.Serve = _ =>
        {
            reached.TrySetResult();
            return new TaskCompletionSource().Task;
        };
        using var source = new CancellationTokenSource();

        Task<RegistrationHandle> registering = fixture.Client.RegisterAsync("chat", cancellationToken: source.Token);
        await reached.Task.Within();
        fixture.Point.Serve = null;
        await source.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => registering).Within();
        Assert.Empty(fixture.Client.Registrations);
        Assert.Single(fixture.Point.Received<UnregisterRequest>()); // its REGISTER may have been carried out
    }

    [Fact]
    public async Task A_handler_that_throws_does_no_harm()
    {
        await using var fixture = new ClientFixture();
        await using RegistrationHandle registration = await fixture.Client.RegisterAsync("chat", Ttl).Within();
        await fixture.NextEventAsync(RegistrationEventKind.Registered);
        registration.Changed += (_, _) => throw new InvalidOperationException("a bug of the application");

        for (int refresh = 0; refresh < 2; refresh++)
        {
            fixture.Time.Advance(Refresh);
            await fixture.NextEventAsync(RegistrationEventKind.Refreshed);
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(73 * 3_600)]
    public async Task A_ttl_that_no_point_grants_is_refused_here(int seconds)
    {
        await using var fixture = new ClientFixture();

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => fixture.Client.RegisterAsync("chat", TimeSpan.FromSeconds(seconds)));
        await Assert.ThrowsAsync<FormatException>(() => fixture.Client.RegisterAsync(new string('n', 256)));
        Assert.Empty(fixture.Point.Requests);
    }

    [Fact]
    public async Task Disposing_the_client_unregisters_everything()
    {
        var fixture = new ClientFixture(points: 2);
        await fixture.Client.RegisterAsync("one").Within();
        await fixture.Client.RegisterAsync("two").Within();
        for (int granted = 0; granted < 4; granted++)
        {
            await fixture.NextEventAsync(RegistrationEventKind.Registered);
        }

        await fixture.DisposeAsync();

        Assert.All(fixture.Points, point => Assert.Equal((0, 0), (point.Store.Count, point.OpenConnections)));
        Assert.Throws<ObjectDisposedException>(() => fixture.Client.StartRegistration("three"));
    }
}
