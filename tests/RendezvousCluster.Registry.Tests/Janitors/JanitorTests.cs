using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Janitors;

/// <summary>The janitor's rounds, over an inventory that the test holds in its hands.</summary>
public sealed class JanitorTests : TestKit, IJournalInventory
{
    private static readonly TimeSpan MaxTtl = TimeSpan.FromHours(72);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TestProbe _asked;
    private readonly TestProbe _region;
    private readonly Queue<(IdleJournal[] Idle, string? Next)> _answers = new();
    private readonly HashSet<string> _undroppable = [];
    private DateTimeOffset _lastLook = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public JanitorTests()
        : base("akka.loglevel = OFF")
    {
        _asked = CreateTestProbe();
        _region = CreateTestProbe();
        var clock = new RegistryClock(_time, TimeSpan.FromSeconds(1));
        Sys.ActorOf(Janitor.Props(new JanitorSettings(clock, MaxTtl, this, NullLogger.Instance), id => id == "unknown" ? null : _region));
    }

    [Fact]
    public async Task A_pass_wakes_what_has_events_and_drops_what_has_none()
    {
        _answers.Enqueue(([new("ns1-a", true), new("ns1-b", false), new("unknown", true), new("ns1-c", false)], null));
        _undroppable.Add("ns1-c");

        await NextLookAsync(after: "", JanitorSettings.DefaultPassInterval / 60);

        await _asked.ExpectMsgAsync("drop ns1-b", TestTimeouts.Default);
        Assert.Equal("ns1-a", (await _region.ExpectMsgAsync<Reclaim>(TestTimeouts.Default)).EntityId);
        Assert.Equal("ns1-c", (await _region.ExpectMsgAsync<Reclaim>(TestTimeouts.Default)).EntityId);
    }

    [Fact]
    public async Task The_rest_of_a_warm_up_is_forgotten()
    {
        _answers.Enqueue(([new("rehearsal1-a", true), new("rehearsal1-b", false), new("ns1-a", true)], null));

        await NextLookAsync(after: "", JanitorSettings.DefaultPassInterval / 60);

        await _asked.ExpectMsgAsync("forget rehearsal1-a", TestTimeouts.Default);
        await _asked.ExpectMsgAsync("forget rehearsal1-b", TestTimeouts.Default);
        Assert.Equal("ns1-a", (await _region.ExpectMsgAsync<Reclaim>(TestTimeouts.Default)).EntityId);
    }

    [Fact]
    public async Task A_pass_goes_on_where_the_batch_ended_after_a_minute_and_begins_again_after_an_hour()
    {
        _answers.Enqueue(([new("ns1-a", true)], "ns1-a"));
        _answers.Enqueue(([new("ns1-b", true)], null));
        await NextLookAsync(after: "", JanitorSettings.DefaultPassInterval / 60);
        await _region.ExpectMsgAsync<Reclaim>(TestTimeouts.Default);
        await NextLookAsync(after: "ns1-a", JanitorSettings.DefaultPassInterval / 60);
        await _region.ExpectMsgAsync<Reclaim>(TestTimeouts.Default);

        await NextLookAsync(after: "", JanitorSettings.DefaultPassInterval);
    }

    [Fact]
    public async Task A_failed_look_is_repeated_at_the_same_place()
    {
        _answers.Enqueue(([new("ns1-a", true)], "ns1-a"));
        await NextLookAsync(after: "", JanitorSettings.DefaultPassInterval / 60);
        await _region.ExpectMsgAsync<Reclaim>(TestTimeouts.Default);
        _answers.Enqueue(([], "fail"));
        await NextLookAsync(after: "ns1-a", JanitorSettings.DefaultPassInterval / 60);

        await NextLookAsync(after: "ns1-a", JanitorSettings.DefaultPassInterval / 60);
    }

    Task<(IReadOnlyList<IdleJournal> Idle, string? Next)> IJournalInventory.FindIdleAsync(
        string after, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken)
    {
        Assert.Equal(JanitorSettings.MaxJournalsPerBatch, limit);
        (IdleJournal[] idle, string? next) = _answers.TryDequeue(out (IdleJournal[], string?) answer) ? answer : ([], null);
        _asked.Tell((after, cutoff));
        return next == "fail"
            ? Task.FromException<(IReadOnlyList<IdleJournal>, string?)>(new IOException("The database is away."))
            : Task.FromResult<(IReadOnlyList<IdleJournal>, string?)>((idle, next));
    }

    Task<bool> IJournalInventory.DropMarkAsync(string persistenceId, DateTimeOffset cutoff, CancellationToken cancellationToken)
    {
        if (!_undroppable.Contains(persistenceId))
        {
            _asked.Tell($"drop {persistenceId}");
        }

        return Task.FromResult(!_undroppable.Contains(persistenceId));
    }

    Task<DateTimeOffset?> IJournalInventory.FindNewestAsync(CancellationToken cancellationToken) =>
        throw new NotSupportedException("The janitor does not ask that.");

    Task<bool> IJournalInventory.HasSnapshotAsync(string persistenceId, CancellationToken cancellationToken) =>
        throw new NotSupportedException("The janitor does not ask that.");

    Task IJournalInventory.ForgetAsync(string persistenceId, CancellationToken cancellationToken)
    {
        _asked.Tell($"forget {persistenceId}");
        return Task.CompletedTask;
    }

    // The timer is set by the actor when it has started or taken a batch in, which nothing announces: so the clock goes on in steps until
    // the look comes, and the time between two looks is what was asked for or a little more.
    private async Task NextLookAsync(string after, TimeSpan interval)
    {
        await AwaitAssertAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromSeconds(20));
                Assert.True(_asked.HasMessages);
            },
            TestTimeouts.Default,
            TimeSpan.FromMilliseconds(5));
        (string seen, DateTimeOffset cutoff) = await _asked.ExpectMsgAsync<(string, DateTimeOffset)>(TestTimeouts.Default);
        Assert.Equal(after, seen);
        DateTimeOffset look = cutoff + MaxTtl + JanitorSettings.DefaultMargin;
        Assert.InRange(look, _lastLook + interval, _time.GetUtcNow());
        _lastLook = look;
    }
}
