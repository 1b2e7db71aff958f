using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Outages;

/// <summary>On a scheduler that the test moves; the test stands where the other nodes would.</summary>
public sealed class StoreWatchTests : TestKit
{
    private static readonly Address Self = new("akka.tcp", "rendezvous", "10.0.0.1", 7000);

    private readonly FakeTimeProvider _time = new();
    private readonly ScriptedStore _store = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly StoreHealth _health;
    private readonly StoreReports _reports;
    private readonly TestProbe _others;
    private readonly IActorRef _watch;

    public StoreWatchTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"\nakka.loglevel = OFF")
    {
        _health = TestHealth.New(_time);
        _health.Watch(_store, _stopping.Token);
        _reports = new StoreReports(_time);
        _others = CreateTestProbe();
        _watch = Sys.ActorOf(StoreWatch.Props(_health, _reports, Self, () => [_others.Ref]));
    }

    [Fact]
    public async Task While_all_is_well_nobody_says_anything()
    {
        await AskedAsync();
        ((TestScheduler)Sys.Scheduler).Advance(StoreWatch.Interval * 10);
        await AskedAsync();

        Assert.False(_others.HasMessages);
        Assert.Equal(0, _store.Looks);
    }

    [Fact]
    public async Task A_node_whose_store_is_away_says_so_again_and_again_and_says_when_it_is_back()
    {
        await LoseStoreAsync();
        await NextReportAsync(StoreReport.Away);
        await NextReportAsync(StoreReport.Away);

        _store.Answer(true); // it is back
        await Eventually.EqualAsync(false, () =>
        {
            _time.Advance(StoreHealth.LookInterval);
            return _health.IsAway;
        });
        _store.Answer(true); // proved once more

        await _others.FishForMessageAsync(message => ReferenceEquals(message, StoreReport.Well), TestTimeouts.Default);
    }

    [Fact]
    public async Task A_node_that_hears_of_a_lost_store_looks_at_its_own_and_says_that_it_is_well()
    {
        _watch.Tell(StoreReport.Away, _others);
        _store.Answer(true);
        await _others.ExpectMsgAsync(StoreReport.Well, TestTimeouts.Default);

        _watch.Tell(StoreReport.Away, _others);
        _store.Answer(true);
        await _others.ExpectMsgAsync(StoreReport.Well, TestTimeouts.Default);
        Assert.Equal(2, _store.Looks);
    }

    [Fact]
    public async Task A_node_looks_once_even_if_many_say_that_their_store_is_away()
    {
        for (int i = 0; i < 10; i++)
        {
            _watch.Tell(StoreReport.Away, _others);
        }

        await AskedAsync();
        _store.Answer(true);
        await _others.ExpectMsgAsync(StoreReport.Well, TestTimeouts.Default);

        Assert.Equal(1, _store.Looks);
    }

    [Fact]
    public async Task A_node_whose_own_store_is_away_too_says_that()
    {
        _watch.Tell(StoreReport.Away, _others);
        _store.Answer(false);
        _store.Answer(false); // the look that a suspicion begins with
        await Eventually.EqualAsync(true, () => _health.IsAway);

        await NextReportAsync(StoreReport.Away);
    }

    [Fact]
    public async Task A_report_of_this_node_is_kept_under_its_own_address()
    {
        for (TimeSpan passed = TimeSpan.Zero; passed <= StoreReports.BelievedAfter; passed += StoreWatch.Interval)
        {
            _watch.Tell(StoreReport.Well, _others);
            await AskedAsync();
            _time.Advance(StoreWatch.Interval);
        }

        Assert.Equal(StoreState.Well, _reports.StateOf(Self));
    }

    protected override void AfterAll()
    {
        base.AfterAll();
        _stopping.Cancel();
        _stopping.Dispose();
    }

    private async Task LoseStoreAsync()
    {
        _health.Raise();
        _store.Answer(false);
        Assert.True(await _health.Suspicion!.IsOutage.Within());
    }

    // It has seen all that came before.
    private Task<ActorIdentity> AskedAsync() => _watch.Ask<ActorIdentity>(new Identify(1), TestTimeouts.Default);

    private async Task NextReportAsync(StoreReport expected)
    {
        // The timer is set when the actor has started, which may be after the first step.
        while (!_others.HasMessages)
        {
            ((TestScheduler)Sys.Scheduler).Advance(StoreWatch.Interval);
            await AskedAsync();
        }

        await _others.ExpectMsgAsync(expected, TestTimeouts.Default);
    }
}
