using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Sharding;

/// <summary>The shell: what it hands to the strategy inside, and when.</summary>
public sealed class StoreAwareAllocationTests : TestKit
{
    private const int Pace = 3;

    private readonly Dictionary<IActorRef, StoreState> _states = [];
    private readonly InnerStrategy _inner = new();
    private readonly StoreAwareAllocation _allocation;
    private readonly IActorRef _away;
    private readonly IActorRef _well;
    private readonly HashSet<IActorRef> _troubled = [];
    private bool _isWhole = true;
    private IActorRef? _draining;

    public StoreAwareAllocationTests()
    {
        _away = CreateTestProbe();
        _well = CreateTestProbe();
        _allocation = new StoreAwareAllocation(
            _inner, Pace, region => _states.GetValueOrDefault(region), region => region.Equals(_draining), _troubled.Contains,
            () => _isWhole, NullLogger<StoreAwareAllocation>.Instance);
    }

    private ImmutableDictionary<IActorRef, IImmutableList<string>> Regions => ImmutableDictionary<IActorRef, IImmutableList<string>>.Empty
        .Add(_away, ["1", "2"]).Add(_well, ["3"]);

    [Fact]
    public void The_strategy_inside_is_started() // it needs the cluster
    {
        _allocation.Start(Sys);

        Assert.Same(Sys, _inner.System);
    }

    [Fact]
    public async Task While_all_is_well_balancing_has_its_pace_and_all_regions()
    {
        for (int round = 0; round < 2; round++)
        {
            Assert.Empty(await RebalanceAsync());
            Assert.Empty(await RebalanceAsync());
            Assert.Equal(["balanced"], await RebalanceAsync());
        }

        Assert.Equal(2, _inner.Asked.Count);
        Assert.All(_inner.Asked, asked => Assert.Equal(2, asked.Count));
    }

    [Fact]
    public async Task From_a_region_without_the_store_shards_move_at_once()
    {
        LoseStore();

        Assert.Equal(["1", "2"], await RebalanceAsync());
        Assert.Empty(_inner.Asked);
    }

    [Fact]
    public async Task When_all_are_gone_the_others_are_balanced_among_themselves()
    {
        LoseStore();
        for (int times = 1; times < Pace; times++)
        {
            Assert.Empty(await RebalanceAsync("1", "2"));
        }

        Assert.Equal(["balanced"], await RebalanceAsync("1", "2"));
        Assert.Equal([_well], Assert.Single(_inner.Asked).Keys);
    }

    [Fact]
    public async Task While_a_member_is_unreachable_no_shard_moves_for_the_store()
    {
        LoseStore();
        _isWhole = false;
        Assert.Empty(await RebalanceAsync());

        _isWhole = true;
        Assert.Equal(["1", "2"], await RebalanceAsync());
    }

    [Fact]
    public async Task A_shard_is_placed_where_it_can_be_written()
    {
        Assert.Equal(_away, await _allocation.AllocateShard(TestActor, "4", Regions.SetItem(_away, [])).Within());

        LoseStore();
        Assert.Equal(_well, await _allocation.AllocateShard(TestActor, "4", Regions.SetItem(_away, [])).Within());
    }

    [Fact]
    public async Task From_a_node_that_drains_shards_move_at_once_and_none_is_placed_there()
    {
        _draining = _away;

        Assert.Equal(["1", "2"], await RebalanceAsync());
        Assert.Equal(_well, await _allocation.AllocateShard(TestActor, "4", Regions.SetItem(_away, [])).Within());
        _isWhole = false;
        Assert.Empty(await RebalanceAsync());
    }

    [Theory]
    [InlineData(false)] // it has just gone, or is just back
    [InlineData(true)]
    public async Task While_all_may_have_lost_the_store_nothing_moves(bool isBelieved)
    {
        _draining = _away;
        _states[_away] = _states[_well] = isBelieved ? StoreState.Away : StoreState.Unknown;
        _troubled.Add(_away);
        for (int times = 0; times < Pace; times++)
        {
            Assert.Empty(await RebalanceAsync());
        }

        Assert.Empty(_inner.Asked);
        _troubled.Clear();
        (_states[_away], _states[_well]) = (StoreState.Unknown, StoreState.Unknown);
        Assert.Equal(["1", "2"], await RebalanceAsync());
    }

    private void LoseStore()
    {
        (_states[_away], _states[_well]) = (StoreState.Away, StoreState.Well);
        _troubled.Add(_away);
    }

    private async Task<IEnumerable<string>> RebalanceAsync(params string[] moving) =>
        (await _allocation.Rebalance(Regions, moving.ToImmutableHashSet()).Within()).Order();

    /// <summary>Chooses the region with the fewest shards, and remembers what it was asked to balance.</summary>
    private sealed class InnerStrategy : IActorSystemDependentAllocationStrategy
    {
        public ActorSystem? System { get; private set; }

        public List<IImmutableDictionary<IActorRef, IImmutableList<string>>> Asked { get; } = [];

        public void Start(ActorSystem system) => System = system;

        public Task<IActorRef> AllocateShard(
            IActorRef requester, string shardId, IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations) =>
            Task.FromResult(currentShardAllocations.MinBy(region => region.Value.Count).Key);

        public Task<IImmutableSet<string>> Rebalance(
            IImmutableDictionary<IActorRef, IImmutableList<string>> currentShardAllocations, IImmutableSet<string> rebalanceInProgress)
        {
            Asked.Add(currentShardAllocations);
            return Task.FromResult<IImmutableSet<string>>(["balanced"]);
        }
    }
}
