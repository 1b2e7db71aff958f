using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Outages;

public sealed class StoreHealthTests : IDisposable
{
    private const string Entity = "ns1-a";

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedStore _store = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly StoreHealth _health;

    public StoreHealthTests()
    {
        _health = TestHealth.New(_time);
        _health.Watch(_store, _stopping.Token);
    }

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
    }

    [Fact]
    public void Without_a_store_all_is_always_well()
    {
        StoreHealth health = TestHealth.Well;

        health.Raise();

        Assert.Null(health.Suspicion);
        Assert.False(health.IsAway);
    }

    [Fact]
    public async Task A_failure_of_another_kind_is_a_suspicion_until_the_first_look()
    {
        _health.Raise();
        StoreSuspicion suspicion = _health.Suspicion!;
        Assert.False(_health.IsAway);

        _store.Answer(true);

        Assert.False(await suspicion.IsOutage.Within());
        await suspicion.End.Within();
        Assert.Null(_health.Suspicion);
    }

    [Fact]
    public async Task A_store_that_is_away_is_looked_at_until_it_is_back()
    {
        _health.Raise();
        StoreSuspicion suspicion = _health.Suspicion!;
        _store.Answer(false);
        Assert.True(await suspicion.IsOutage.Within());
        Assert.True(_health.IsAway);

        _store.Answer(false);
        await LookedAsync(2);
        Assert.True(_health.IsAway);
        _store.Answer(true);
        await LookedAsync(3);

        await suspicion.End.Within();
        Assert.False(_health.IsAway);
        Assert.Null(_health.Suspicion);
    }

    [Fact]
    public async Task A_look_that_goes_wrong_tells_that_the_store_is_away()
    {
        _health.Raise();
        StoreSuspicion suspicion = _health.Suspicion!;

        _store.Fail(new InvalidOperationException("no driver"));

        Assert.True(await suspicion.IsOutage.Within());
        _store.Answer(true);
        await LookedAsync(2);
        await suspicion.End.Within();
    }

    [Fact]
    public async Task After_a_look_that_failed_nobody_looks_before_it_is_known()
    {
        _health.Raise(isSeen: true);
        StoreSuspicion suspicion = _health.Suspicion!;
        Assert.True(_health.IsAway);

        _store.Answer(true);

        await suspicion.End.Within();
        Assert.False(_health.IsAway);
    }

    [Fact]
    public async Task A_look_that_failed_ends_a_suspicion()
    {
        _health.Raise();
        StoreSuspicion suspicion = _health.Suspicion!;

        _health.Raise(isSeen: true);

        Assert.Same(suspicion, _health.Suspicion);
        Assert.True(await suspicion.IsOutage.Within());
    }

    [Fact]
    public async Task The_store_is_probed_once_even_if_many_writes_fail()
    {
        for (int i = 0; i < 10; i++)
        {
            _health.Raise();
        }

        StoreSuspicion suspicion = _health.Suspicion!;
        _store.Answer(true);
        await suspicion.End.Within();

        Assert.Equal(1, _store.Looks);
    }

    [Fact]
    public async Task A_store_that_takes_a_write_is_proved_to_be_well()
    {
        _store.Answer(true);

        Assert.True(await _health.ProveAsync().Within());
        Assert.Null(_health.Suspicion);
    }

    [Fact]
    public async Task A_store_that_takes_none_when_it_is_to_be_proved_is_a_suspicion()
    {
        _store.Answer(false);

        Assert.False(await _health.ProveAsync().Within());
        StoreSuspicion suspicion = _health.Suspicion!;

        _store.Answer(false);
        Assert.True(await suspicion.IsOutage.Within());
        Assert.False(await _health.ProveAsync().Within()); // nobody has to look to know that
    }

    [Fact]
    public async Task Nothing_is_proved_without_a_store() => Assert.False(await TestHealth.Well.ProveAsync().Within());

    [Fact]
    public async Task Kept_states_outlive_the_outage_by_a_little()
    {
        _health.Kept.Keep(Entity, ActorRefs.Nobody, message => message);
        _health.Raise();
        StoreSuspicion suspicion = _health.Suspicion!;
        _store.Answer(true);
        await suspicion.End.Within();
        Assert.NotNull(_health.Kept.Find(Entity, ActorRefs.Nobody));

        await Eventually.EqualAsync(true, () =>
        {
            _time.Advance(StoreHealth.KeptAfterwards);
            return _health.Kept.Find(Entity, ActorRefs.Nobody) is null;
        });
    }

    [Fact]
    public async Task A_state_that_a_later_outage_leaves_is_not_forgotten_at_the_end_of_an_earlier_one()
    {
        var time = new CountingTime();
        StoreHealth health = TestHealth.New(time);
        health.Watch(_store, _stopping.Token);
        await SettleAsync();
        time.Advance(StoreHealth.KeptAfterwards - TimeSpan.FromSeconds(1));
        health.Kept.Keep(Entity, ActorRefs.Nobody, message => message);
        await SettleAsync();

        time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotNull(health.Kept.Find(Entity, ActorRefs.Nobody));

        time.Advance(StoreHealth.KeptAfterwards);
        await Eventually.EqualAsync(true, () => health.Kept.Find(Entity, ActorRefs.Nobody) is null);

        async Task SettleAsync()
        {
            int before = time.Kept;
            health.Raise();
            _store.Answer(true);
            await Eventually.EqualAsync(before + 1, () => time.Kept);
        }
    }

    [Fact]
    public async Task A_node_that_stops_leaves_nobody_waiting()
    {
        _health.Raise();

        await _stopping.CancelAsync();

        await _health.Suspicion!.End.Within();
    }

    // The pause before a look begins a moment after the answer to the one before. One look more may begin before this one is seen.
    private Task LookedAsync(int times) => Eventually.EqualAsync(true, () =>
    {
        _time.Advance(StoreHealth.LookInterval);
        return _store.Looks >= times;
    });

    /// <summary>Counts the times that something is kept for.</summary>
    private sealed class CountingTime : FakeTimeProvider
    {
        private int _kept;

        public int Kept => Volatile.Read(ref _kept);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            ITimer timer = base.CreateTimer(callback, state, dueTime, period);
            if (dueTime == StoreHealth.KeptAfterwards)
            {
                Interlocked.Increment(ref _kept);
            }

            return timer;
        }
    }
}
