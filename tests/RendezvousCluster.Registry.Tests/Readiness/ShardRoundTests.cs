using RendezvousCluster.Registry.Readiness;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Tests.Readiness;

public sealed class ShardRoundTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly ShardRound _round = new();

    [Fact]
    public void There_is_a_namespace_in_every_shard() => Assert.Equal(
        Enumerable.Range(0, EntityIds.ShardCount).Select(shard => $"{shard}"),
        ShardRound.Namespaces.Select(ns => EntityIds.ShardOf(EntityIds.For(ns))));

    [Fact]
    public void A_round_asks_every_shard_once_and_then_begins_again()
    {
        int[] asked = [.. Enumerable.Range(0, EntityIds.ShardCount / ShardRound.ShardsPerLook).SelectMany(_ => Ask(_ => true, Start))];

        Assert.Equal(Enumerable.Range(0, EntityIds.ShardCount), asked);
        Assert.Equal(0, _round.Next()[0]);
    }

    [Fact]
    public void A_shard_that_did_not_answer_is_asked_with_every_look_and_is_silent_after_the_grace()
    {
        Ask(shard => shard != 2, Start);
        for (DateTimeOffset now = Start.AddSeconds(2); now < Start + ShardRound.Grace; now = now.AddSeconds(2))
        {
            Assert.Contains(2, Ask(shard => shard != 2, now));
            Assert.Equal(0, _round.Silent(now).Count);
        }

        Assert.Equal((1, Start), _round.Silent(Start + ShardRound.Grace));

        Ask(_ => true, Start + ShardRound.Grace);
        Assert.Equal(default, _round.Silent(Start + ShardRound.Grace));
    }

    /// <summary>However many do not answer, a look asks a bounded number, and those that come back are seen soon.</summary>
    [Fact]
    public void Shards_that_all_fell_silent_and_come_back_are_heard_within_a_few_looks()
    {
        DateTimeOffset now = Start;
        for (int look = 0; look < EntityIds.ShardCount; look++, now = now.AddSeconds(2))
        {
            Assert.InRange(Ask(_ => false, now).Count, 0, ShardRound.MaxAgain + ShardRound.ShardsPerLook);
        }

        Assert.Equal(EntityIds.ShardCount, _round.Silent(now).Count);
        for (int look = 0; look < EntityIds.ShardCount / ShardRound.MaxAgain; look++)
        {
            Ask(_ => true, now);
        }

        Assert.Equal(0, _round.Silent(now).Count);
    }

    [Fact]
    public void Old_answers_are_forgotten()
    {
        Ask(_ => false, Start);

        _round.Forget();

        Assert.Equal(0, _round.Silent(Start.AddHours(1)).Count);
    }

    private IReadOnlyList<int> Ask(Func<int, bool> answers, DateTimeOffset now)
    {
        IReadOnlyList<int> asked = _round.Next();
        foreach (int shard in asked)
        {
            _round.Record(shard, answers(shard), now);
        }

        return asked;
    }
}
