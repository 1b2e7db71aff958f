using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Sharding;

/// <summary>Regions are letters here, and shards are numbers.</summary>
public sealed class ShardPlacementTests
{
    private readonly Dictionary<char, List<string>> _regions = new() { ['a'] = ["1", "2"], ['b'] = ["3"], ['c'] = [] };
    private readonly HashSet<char> _draining = [];
    private readonly Dictionary<char, StoreState> _states = [];

    [Fact]
    public void While_nobody_says_anything_all_may_be_given_shards_and_none_moves()
    {
        Assert.Equal(['a', 'b', 'c'], Targets());
        Assert.Empty(Departures());
    }

    [Fact]
    public void From_a_node_that_lost_the_store_all_go_to_those_that_have_it()
    {
        Set(a: StoreState.Away, b: StoreState.Well, c: StoreState.Well);

        Assert.Equal(['b', 'c'], Targets());
        Assert.Equal(["1", "2"], Departures());
    }

    [Fact]
    public void A_node_that_has_not_shown_the_store_yet_keeps_its_shards_and_gets_none()
    {
        Set(a: StoreState.Away, b: StoreState.Unknown, c: StoreState.Well);

        Assert.Equal(['c'], Targets());
        Assert.Equal(["1", "2"], Departures());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void When_nobody_is_known_to_have_the_store_nothing_changes(bool isKnownToBeAway)
    {
        StoreState others = isKnownToBeAway ? StoreState.Away : StoreState.Unknown;
        Set(a: StoreState.Away, b: others, c: others);

        Assert.Equal(['a', 'b', 'c'], Targets());
        Assert.Empty(Departures());
    }

    [Fact]
    public void When_all_have_it_nothing_changes()
    {
        Set(a: StoreState.Well, b: StoreState.Unknown, c: StoreState.Well);

        Assert.Equal(['a', 'b', 'c'], Targets());
        Assert.Empty(Departures());
    }

    [Fact]
    public void From_a_node_that_is_out_of_service_all_go_to_the_others()
    {
        _draining.Add('a');

        Assert.Equal(['b', 'c'], Targets());
        Assert.Equal(["1", "2"], DrainedShards());
        Assert.Equal(["2"], DrainedShards(moving: "1"));
    }

    [Fact]
    public void When_all_are_out_of_service_nothing_moves()
    {
        _draining.UnionWith(_regions.Keys);

        Assert.Equal(['a', 'b', 'c'], Targets());
        Assert.Empty(DrainedShards());
    }

    [Fact]
    public void Shards_are_not_handed_to_nodes_that_have_lost_the_store()
    {
        _draining.Add('a');
        Set(a: StoreState.Well, b: StoreState.Away, c: StoreState.Away);

        Assert.Empty(DrainedShards());
    }

    [Fact]
    public void A_moving_shard_is_not_moved_again() => Assert.Equal(["2"], DeparturesOfA(moving: ["1"]));

    [Fact]
    public void So_many_move_at_the_same_time_and_no_more()
    {
        _regions['a'] = [.. Enumerable.Range(100, ShardPlacement.MaxMoving * 2).Select(shard => $"{shard}")];

        Assert.Equal(ShardPlacement.MaxMoving, DeparturesOfA(moving: []).Count);
        Assert.Single(DeparturesOfA(moving: _regions['a'].Take(ShardPlacement.MaxMoving - 1)));
        Assert.Empty(DeparturesOfA(moving: _regions['a'].Take(ShardPlacement.MaxMoving + 1)));
    }

    /// <summary>
    /// In every course of outages, shards go only from a store that is away to one that is well; if the outage lasts, all of them go soon.
    /// </summary>
    [Fact]
    public void Over_any_course_shards_end_where_they_can_be_written()
    {
        Random random = SeededRandom.Create(out int seed);
        for (int course = 0; course < 200; course++)
        {
            foreach (char region in _regions.Keys)
            {
                _regions[region] = [.. Enumerable.Range(0, random.Next(60)).Select(shard => $"{region}{shard}")];
            }

            int steps = 1 + random.Next(20);
            for (int step = 0; step < steps; step++)
            {
                Set(AnyState(), AnyState(), AnyState());
                Move(seed);
            }

            Set(StoreState.Away, StoreState.Well, AnyState());
            for (int step = 0; step <= 180 / ShardPlacement.MaxMoving; step++)
            {
                Move(seed);
            }

            Assert.True(_regions['a'].Count == 0, $"TEST_SEED={seed}: {_regions['a'].Count} are left");
        }

        StoreState AnyState() => (StoreState)random.Next(3);
    }

    private void Move(int seed)
    {
        foreach (string shard in Departures())
        {
            char from = _regions.Single(region => region.Value.Contains(shard)).Key;
            char to = Targets().MinBy(region => _regions[region].Count);
            Assert.True(
                (_states[from], _states[to]) == (StoreState.Away, StoreState.Well), $"TEST_SEED={seed}: {shard} goes from {from} to {to}");
            _regions[from].Remove(shard);
            _regions[to].Add(shard);
        }
    }

    private IReadOnlyCollection<string> DeparturesOfA(IEnumerable<string> moving)
    {
        Set(a: StoreState.Away, b: StoreState.Well, c: StoreState.Well);
        return Departures([.. moving]);
    }

    private void Set(StoreState a, StoreState b, StoreState c) => (_states['a'], _states['b'], _states['c']) = (a, b, c);

    private IEnumerable<char> Targets() => ShardPlacement.Targets(_regions.Keys, StateOf, _draining.Contains).Order();

    private IReadOnlyCollection<string> Departures(params string[] moving) => ShardPlacement.Departures(
        _regions.Select(region => KeyValuePair.Create(region.Key, region.Value.AsEnumerable())), StateOf, moving);

    private IReadOnlyCollection<string> DrainedShards(params string[] moving) => ShardPlacement.DrainedShards(
        _regions.Select(region => KeyValuePair.Create(region.Key, region.Value.AsEnumerable())), StateOf, _draining.Contains, moving);

    private StoreState StateOf(char region) => _states.GetValueOrDefault(region);
}
