using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class StoreRoleTests
{
    private static readonly string[] FrontEnd = ["frontend"];

    [Fact]
    public void Nodes_on_the_same_database_belong_together() =>
        Assert.Null(StoreRole.Incompatibility(On(isShared: true, "a"), On(isShared: true, "a")));

    [Fact]
    public void Nodes_on_different_databases_do_not() =>
        Assert.Contains(
            "another database", StoreRole.Incompatibility(On(isShared: true, "a"), On(isShared: true, "b")), StringComparison.Ordinal);

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    public void A_node_on_files_belongs_to_nobody_not_even_to_the_same_identity(bool own, bool other) =>
        Assert.Contains("takes no second member", StoreRole.Incompatibility(On(own, "a"), On(other, "a")), StringComparison.Ordinal);

    [Fact]
    public void A_front_end_joins_any_database_but_no_files()
    {
        Assert.Null(StoreRole.Incompatibility(FrontEnd, On(isShared: true, "a")));
        Assert.Null(StoreRole.Incompatibility(On(isShared: true, "a"), FrontEnd));
        Assert.Null(StoreRole.Incompatibility(FrontEnd, FrontEnd));
        Assert.NotNull(StoreRole.Incompatibility(FrontEnd, On(isShared: false, "a")));
    }

    private static string[] On(bool isShared, string identity) => ["registry", "frontend", StoreRole.For(isShared, identity)];
}
