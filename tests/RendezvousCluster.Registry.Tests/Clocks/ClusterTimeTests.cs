using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Registry.Clocks;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Clocks;

/// <summary>On a scheduler that the test moves; the test stands where the other nodes would.</summary>
public sealed class ClusterTimeTests : TestKit
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly Guid Run = new("00112233-4455-6677-8899-aabbccddeeff");

    private readonly SteppingTimeProvider _wall = new(Start);
    private readonly ClocksApart _apart = new();
    private readonly RecordingLogger _log = new();
    private readonly TestProbe _oldest;
    private readonly TestProbe _other;
    private readonly RegistryClock _clock;
    private readonly IActorRef _time;
    private IReadOnlyList<Timekeeper> _members = [];

    public ClusterTimeTests()
        : base("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"\nakka.loglevel = OFF")
    {
        _oldest = CreateTestProbe();
        _other = CreateTestProbe();
        _clock = new RegistryClock(new SteadyTimeProvider(_wall));
        _time = Sys.ActorOf(ClusterTime.Props(_clock, () => _members, _apart, _log));
    }

    [Theory]
    [InlineData(80)]
    [InlineData(-80)]
    public async Task A_node_that_joins_goes_by_the_time_of_the_oldest_member(int hours)
    {
        await JoinAsync();

        await AnswerAsync(_oldest, TimeSpan.FromHours(hours), took: TimeSpan.FromMilliseconds(200));

        await Eventually.EqualAsync(new TimeScale(Run, TimeSpan.FromHours(hours)), () => _clock.Scale);
        Assert.Equal(_wall.GetUtcNow().AddHours(hours), _clock.Time.GetUtcNow());
        (LogLevel level, string line) = Assert.Single(
            _log.Lines, one => one.Message.StartsWith("This node's clock", StringComparison.Ordinal));
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains(hours < 0 ? "3.08:00:00 ahead of" : "3.08:00:00 behind", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_node_whose_clock_agrees_takes_over_the_scale_and_leaves_the_clock_alone()
    {
        await JoinAsync();

        await AnswerAsync(_oldest, TimeSpan.FromMilliseconds(120), took: TimeSpan.FromMilliseconds(200));

        await Eventually.EqualAsync(new TimeScale(Run, TimeSpan.Zero), () => _clock.Scale);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_small_difference_that_is_certain_moves_the_clock_without_a_line_in_the_log()
    {
        await JoinAsync();

        await AnswerAsync(_oldest, TimeSpan.FromMilliseconds(121), took: TimeSpan.FromMilliseconds(200));

        await Eventually.EqualAsync(new TimeScale(Run, TimeSpan.FromMilliseconds(121)), () => _clock.Scale);
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public async Task A_node_asks_on_until_an_answer_came_quickly()
    {
        await JoinAsync();
        await AnswerAsync(_oldest, TimeSpan.FromHours(3), took: TimeSpan.FromMilliseconds(400));
        await Eventually.EqualAsync(TimeSpan.FromHours(3), () => _clock.Scale.Moved);

        await LookAgainAsync(ClusterTime.LookInterval);
        await AnswerAsync(_oldest, TimeSpan.FromMilliseconds(60), took: ClusterTime.QuickRoundTrip);
        await Eventually.EqualAsync(TimeSpan.FromHours(3) + TimeSpan.FromMilliseconds(60), () => _clock.Scale.Moved);

        await LookAgainAsync(ClusterTime.LookInterval);
        await _oldest.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_node_to_which_all_answers_take_long_is_content_after_many()
    {
        await JoinAsync();
        for (int i = 0; i < ClusterTime.MostAnswers; i++)
        {
            await AnswerAsync(_oldest, TimeSpan.Zero, took: TimeSpan.FromMilliseconds(300));
            await LookAgainAsync(ClusterTime.LookInterval);
        }

        await _oldest.ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task A_node_follows_nobody_but_the_oldest_member()
    {
        await JoinAsync();
        await AnswerAsync(_other, TimeSpan.FromHours(3), took: TimeSpan.Zero);

        await BarrierAsync();

        Assert.Equal(TimeSpan.Zero, _clock.Scale.Moved);
        Assert.NotEqual(Run, _clock.Scale.Run);
    }

    [Fact]
    public async Task The_oldest_member_follows_nobody_and_listens_to_what_the_others_say_of_their_wall_clocks()
    {
        await JoinAsync(isOldest: true);

        await AnswerAsync(_other, TimeSpan.FromHours(3), took: TimeSpan.Zero, wallAhead: TimeSpan.FromHours(-6));

        await Eventually.EqualAsync(TimeSpan.FromHours(-3), () => _clock.Lowest);
        Assert.Equal(TimeSpan.Zero, _clock.Scale.Moved);
    }

    [Fact]
    public async Task An_answer_that_took_long_says_nothing_and_the_node_asks_on()
    {
        await JoinAsync();

        await AnswerAsync(_oldest, TimeSpan.FromHours(3), took: ClusterTime.LongestRoundTrip + TimeSpan.FromMilliseconds(2));

        await BarrierAsync();
        Assert.Equal(TimeSpan.Zero, _clock.Scale.Moved);
        await LookAgainAsync(ClusterTime.LookInterval);
        await AnswerAsync(_oldest, TimeSpan.FromHours(3), took: TimeSpan.Zero);
        await Eventually.EqualAsync(TimeSpan.FromHours(3), () => _clock.Scale.Moved);
    }

    [Fact]
    public async Task A_reply_that_nobody_asked_for_changes_nothing()
    {
        await JoinAsync();
        TimeQuery query = await _oldest.ExpectMsgAsync<TimeQuery>(TestTimeouts.Default);

        _time.Tell(new TimeReply(query.Number + 1_000, Start.AddHours(3), Run, default, default), _oldest);

        await BarrierAsync();
        Assert.Equal(TimeSpan.Zero, _clock.Scale.Moved);
    }

    [Fact]
    public async Task A_node_that_knows_the_time_asks_twice_a_minute_and_notices_that_its_machine_stood_still()
    {
        await JoinAsync();
        await AnswerAsync(_oldest, TimeSpan.Zero, took: TimeSpan.Zero);
        await BarrierAsync();

        await LookAgainAsync(ClusterTime.AskInterval - TimeSpan.FromTicks(1));
        await _oldest.ExpectNoMsgAsync(TimeSpan.Zero);
        await LookAgainAsync(TimeSpan.FromSeconds(1));
        await AnswerAsync(_oldest, TimeSpan.FromSeconds(10), took: TimeSpan.Zero);

        await Eventually.EqualAsync(new TimeScale(Run, TimeSpan.FromSeconds(10)), () => _clock.Scale);
    }

    [Fact]
    public async Task A_node_asks_at_once_when_another_member_has_become_the_oldest()
    {
        await JoinAsync();
        await AnswerAsync(_oldest, TimeSpan.Zero, took: TimeSpan.Zero);
        await _other.ExpectMsgAsync<TimeQuery>(TestTimeouts.Default);
        await BarrierAsync();

        _members = _members.Skip(1).ToList();
        await LookAgainAsync(ClusterTime.LookInterval);

        await AnswerAsync(_other, TimeSpan.FromHours(1), took: TimeSpan.Zero);
        await Eventually.EqualAsync(TimeSpan.FromHours(1), () => _clock.Scale.Moved);
    }

    [Fact]
    public async Task A_node_tells_its_own_clocks_and_not_what_it_has_heard()
    {
        await JoinAsync();
        await AnswerAsync(_oldest, TimeSpan.Zero, took: TimeSpan.Zero, wallAhead: TimeSpan.FromHours(80));
        await Eventually.EqualAsync(TimeSpan.FromHours(80), () => _clock.Look().Highest);
        _wall.Step(TimeSpan.FromHours(-3));

        _time.Tell(new TimeQuery(7), _other);

        var reply = (TimeReply)await _other.FishForMessageAsync(message => message is TimeReply, TestTimeouts.Default);
        Assert.Equal(new TimeReply(7, _clock.Time.GetUtcNow(), Run, TimeSpan.FromHours(-3), TimeSpan.Zero), reply);
    }

    [Fact]
    public async Task An_operator_learns_once_of_wall_clocks_that_differ()
    {
        await JoinAsync(isOldest: true);
        for (int i = 0; i < 3; i++)
        {
            await AnswerAsync(_other, TimeSpan.Zero, took: TimeSpan.Zero, wallAhead: TimeSpan.FromHours(-3));
            await BarrierAsync();
            await LookAgainAsync(ClusterTime.AskInterval);
        }

        Assert.Contains("3:00:00 behind this node's", Assert.Single(_log.Lines).Message, StringComparison.Ordinal);
        Assert.EndsWith("is 10800 s behind this node's", _apart.Remark, StringComparison.Ordinal);
    }

    // As a member, or as one that is being taken in.
    private async Task JoinAsync(bool isOldest = false)
    {
        Timekeeper self = Keeper(1, _time, isSelf: true);
        _members = isOldest ? [self, Keeper(3, _other)] : [Keeper(2, _oldest), Keeper(3, _other), self];
        await LookAgainAsync(ClusterTime.LookInterval);
    }

    private async Task AnswerAsync(TestProbe node, TimeSpan ahead, TimeSpan took, TimeSpan wallAhead = default)
    {
        TimeQuery query = await node.ExpectMsgAsync<TimeQuery>(TestTimeouts.Default);
        _wall.Advance(took / 2);
        DateTimeOffset said = _clock.Time.GetUtcNow() + ahead;
        _wall.Advance(took / 2);
        _time.Tell(new TimeReply(query.Number, said, Run, wallAhead, wallAhead), node);
    }

    private async Task LookAgainAsync(TimeSpan later)
    {
        _wall.Advance(later);
        await BarrierAsync();
        ((TestScheduler)Sys.Scheduler).Advance(ClusterTime.RestInterval);
        await BarrierAsync();
    }

    // All that was sent before is done with.
    private async Task BarrierAsync()
    {
        TestProbe probe = CreateTestProbe();
        _time.Tell(new TimeQuery(0), probe);
        await probe.ExpectMsgAsync<TimeReply>(TestTimeouts.Default);
    }

    private static Timekeeper Keeper(int host, ICanTell clock, bool isSelf = false) =>
        new(new Address("akka.tcp", "rendezvous", $"10.0.0.{host}", 7000), clock, isSelf);
}
