using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Options;

public sealed class DescriptorBudgetTests
{
    private const string Limits = """
        Limit                     Soft Limit           Hard Limit           Units
        Max processes             127000               127000               processes
        Max open files            1024                 524288               files
        Max locked memory         8388608              8388608              bytes
        """;

    [Fact]
    public void The_budget_is_the_hard_limit_to_which_the_runtime_raises_itself() => Assert.Equal(524_288, DescriptorBudget.Read(Limits));

    [Theory]
    [InlineData("Max open files            1024                 unlimited            files")]
    [InlineData("Max open files")]
    [InlineData("")]
    public void The_budget_has_no_limit_where_the_system_has_none(string limits) => Assert.Null(DescriptorBudget.Read(limits));

    [Fact]
    public void A_limit_beyond_all_numbers_is_a_very_large_one() =>
        Assert.Equal(int.MaxValue, DescriptorBudget.Read("Max open files            1024                 9223372036854775807  files"));

    [Theory]
    [InlineData(20_000, 65_536, 20_000)]
    [InlineData(20_000, 20_000, 20_000 - DescriptorBudget.Reserve)]
    [InlineData(100, 20_000, 100)]
    [InlineData(20_000, null, 20_000)]
    public void Connections_get_what_is_left_of_the_descriptors(int wanted, int? descriptors, int bound) =>
        Assert.Equal(bound, new DescriptorBudget(descriptors).Bound(wanted));

    [Fact]
    public void Too_few_to_work_at_all_are_refused_with_what_is_needed()
    {
        const int Needed = DescriptorBudget.Reserve + DescriptorBudget.LeastConnections;

        string refusal = new DescriptorBudget(64).Refusal!;

        Assert.Contains("64", refusal);
        Assert.Contains($"{Needed}", refusal);
        Assert.NotNull(new DescriptorBudget(Needed - 1).Refusal);
        Assert.Null(new DescriptorBudget(Needed).Refusal);
        Assert.Null(new DescriptorBudget(null).Refusal);
    }

    [Fact]
    public void Newcomers_get_at_most_a_quarter_of_the_connections()
    {
        var limits = new Libp2pLimits();

        new DescriptorBudget(DescriptorBudget.Reserve + 100).Bound(limits, wanted: null);

        Assert.Equal((100, 25), (limits.MaxConnections, limits.MaxPendingHandshakes));
    }

    [Theory]
    [InlineData(null, 20_000, 512)]
    [InlineData(300, 300, 75)]
    [InlineData(1, 1, 1)]
    public void An_operator_s_number_of_connections_is_kept_where_there_are_descriptors(int? wanted, int connections, int handshakes)
    {
        var limits = new Libp2pLimits();

        new DescriptorBudget(Descriptors: null).Bound(limits, wanted);

        Assert.Equal((connections, handshakes), (limits.MaxConnections, limits.MaxPendingHandshakes));
    }
}
