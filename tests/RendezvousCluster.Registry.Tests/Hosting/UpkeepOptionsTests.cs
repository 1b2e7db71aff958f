using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Registry.Tests.Hosting;

public sealed class UpkeepOptionsTests
{
    private static readonly TimeSpan Tick = TimeSpan.FromTicks(1);

    [Fact]
    public void The_defaults_are_valid_and_those_of_the_rules()
    {
        var defaults = new UpkeepOptions();

        Assert.Empty(defaults.Validate());
        Assert.Equal(CompactionSettings.Default, defaults.ToCompactionSettings());
    }

    [Fact]
    public void Set_times_reach_the_rules()
    {
        CompactionSettings settings = Small().ToCompactionSettings();

        Assert.Equal(
            (10, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(2)),
            (settings.MinEventsBetweenSnapshots, settings.FenceAge, settings.TrustAge));
    }

    [Fact]
    public void Both_edges_are_accepted()
    {
        Assert.Empty(Small().Validate());
        Assert.Empty(new UpkeepOptions
        {
            SnapshotEvents = 1_000_000,
            FenceAge = UpkeepOptions.Most,
            TrustAge = UpkeepOptions.Most / 2,
            JanitorInterval = UpkeepOptions.Most,
            JanitorMargin = UpkeepOptions.Most,
            ClockBelief = UpkeepOptions.Most,
        }.Validate());
    }

    [Theory]
    [InlineData(nameof(UpkeepOptions.SnapshotEvents))]
    [InlineData(nameof(UpkeepOptions.FenceAge))]
    [InlineData(nameof(UpkeepOptions.TrustAge))]
    [InlineData(nameof(UpkeepOptions.JanitorInterval))]
    [InlineData(nameof(UpkeepOptions.JanitorMargin))]
    [InlineData(nameof(UpkeepOptions.ClockBelief))]
    public void A_value_beyond_an_edge_is_refused_by_name(string name)
    {
        Assert.Contains(Beyond(-1).Validate(), failure => failure.StartsWith($"{name} is", StringComparison.Ordinal));
        Assert.Contains(Beyond(1).Validate(), failure => failure.StartsWith($"{name} is", StringComparison.Ordinal));

        UpkeepOptions Beyond(int direction)
        {
            UpkeepOptions options = Small();
            switch (name)
            {
                case nameof(UpkeepOptions.SnapshotEvents):
                    options.SnapshotEvents = direction < 0 ? 9 : 1_000_001;
                    break;
                case nameof(UpkeepOptions.FenceAge):
                    options.FenceAge = direction < 0 ? TimeSpan.FromSeconds(4) - Tick : UpkeepOptions.Most + Tick;
                    break;
                case nameof(UpkeepOptions.TrustAge):
                    options.TrustAge += direction * Tick;
                    break;
                case nameof(UpkeepOptions.JanitorInterval):
                    options.JanitorInterval = direction < 0 ? TimeSpan.FromSeconds(1) - Tick : UpkeepOptions.Most + Tick;
                    break;
                case nameof(UpkeepOptions.JanitorMargin):
                    options.JanitorMargin = direction < 0 ? options.FenceAge - Tick : UpkeepOptions.Most + Tick;
                    break;
                case nameof(UpkeepOptions.ClockBelief):
                    options.ClockBelief = direction < 0 ? TimeSpan.FromSeconds(1) - Tick : UpkeepOptions.Most + Tick;
                    break;
            }

            return options;
        }
    }

    // The least of everything.
    private static UpkeepOptions Small() => new()
    {
        SnapshotEvents = 10,
        FenceAge = TimeSpan.FromSeconds(4),
        TrustAge = TimeSpan.FromSeconds(2),
        JanitorInterval = TimeSpan.FromSeconds(1),
        JanitorMargin = TimeSpan.FromSeconds(4),
        ClockBelief = TimeSpan.FromSeconds(1),
    };
}
