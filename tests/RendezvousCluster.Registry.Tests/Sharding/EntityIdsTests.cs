using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Tests.Sharding;

public sealed class EntityIdsTests
{
    // Journals are found by these ids: a change here loses every registration. Worked out independently, in Python.
    [Theory]
    [InlineData("chat", "ns1-ghqg67mj724zudtmbl76dgdurq53lpxv4pgjfwk4xhuzmgl5h7bq-g0-b0", "80")]
    [InlineData("ünïcode/☃", "ns1-yqro3faqjymfk7wn5owyi5tu4xftmnepklxq5h3utekdmrcerweq-g0-b0", "60")]
    public void Ids_and_shards_are_fixed_for_ever(string name, string entityId, string shard)
    {
        string id = EntityIds.For(RendezvousNamespace.Parse(name));

        Assert.Equal(entityId, id);
        Assert.Equal(shard, EntityIds.ShardOf(id));
    }

    [Fact]
    public void Ids_fit_actor_paths_and_the_journals_column()
    {
        string id = EntityIds.For(RendezvousNamespace.Parse(new string('/', RendezvousNamespace.MaxBytes)));

        Assert.Matches("^ns1-[a-z2-7]{52}-g0-b0$", id);
    }

    [Fact]
    public void Namespaces_spread_over_all_shards()
    {
        var counts = Enumerable.Range(0, 12_800)
            .GroupBy(number => EntityIds.ShardOf(EntityIds.For(RendezvousNamespace.Parse($"namespace {number}"))))
            .ToDictionary(shard => int.Parse(shard.Key), shard => shard.Count());

        Assert.Equal(Enumerable.Range(0, EntityIds.ShardCount), counts.Keys.Order());
        Assert.All(counts.Values, count => Assert.InRange(count, 50, 200));
    }
}
