using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

public sealed class SweepTimerTests : TestKit
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly NamespaceState _state = new(RendezvousNamespace.Parse("chat"));

    [Theory]
    [InlineData(1u, 10)] // not more often than the minimum
    [InlineData(600u, 600)]
    [InlineData(200_000u, 86_400)] // not later than the maximum
    public async Task A_sweep_is_due_at_the_next_expiry_within_its_bounds(uint ttlSeconds, int dueSeconds)
    {
        using var timer = new SweepTimer(_time, TestActor);
        Register(ttlSeconds);
        timer.Set(_state.NextExpiry);

        _time.Advance(TimeSpan.FromSeconds(dueSeconds) - TimeSpan.FromMilliseconds(1));
        Assert.False(HasMessages);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await ExpectMsgAsync<SweepTimer.Due>(TestTimeouts.Default);
    }

    [Fact]
    public async Task A_sweep_is_due_once_until_the_timer_is_set_again()
    {
        using var timer = new SweepTimer(_time, TestActor);
        Register(600);
        timer.Set(_state.NextExpiry);
        timer.Set(_state.NextExpiry);

        _time.Advance(TimeSpan.FromHours(2));
        await ExpectMsgAsync<SweepTimer.Due>(TestTimeouts.Default);
        Assert.False(HasMessages);

        timer.Elapsed();
        timer.Set(_state.NextExpiry); // long expired: due after the minimum
        _time.Advance(JournalEntitySettings.MinSweepInterval);
        await ExpectMsgAsync<SweepTimer.Due>(TestTimeouts.Default);
    }

    [Fact]
    public void With_nothing_stored_it_does_not_run()
    {
        using var timer = new SweepTimer(_time, TestActor);
        timer.Set(_state.NextExpiry);

        _time.Advance(TimeSpan.FromDays(2));

        Assert.False(HasMessages);
    }

    private void Register(uint ttlSeconds) => _state.Apply(new Registered(
        new StoredRegistration(
            TestPeers.Id(1),
            TestPeers.Envelope(1),
            RegistrationFlavour.Standard,
            1,
            1,
            _time.GetUtcNow().AddSeconds(ttlSeconds).ToUnixTimeMilliseconds(),
            0,
            ttlSeconds)));
}
