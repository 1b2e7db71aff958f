namespace RendezvousCluster.Chaos.Checking;

public sealed class JournalCheckerTests
{
    [Fact]
    public void Writers_may_follow_one_another_and_come_back() =>
        Assert.Empty(Check((1, "a", true), (2, "a", false), (3, "b", true), (4, "a", true), (5, "a", false), (9, "c", true)));

    [Fact]
    public void An_owner_may_begin_anew_at_the_same_node() => Assert.Empty(Check((1, "a", true), (2, "a", true), (3, "a", false)));

    [Fact]
    public void The_oldest_row_that_is_left_need_not_begin_an_owner() => Assert.Empty(Check((7, "a", false), (8, "a", false)));

    [Fact]
    public void A_replaced_owner_writes_no_more() =>
        Assert.Equal(Invariant.OneWriter, Assert.Single(Check((1, "a", true), (2, "b", true), (3, "a", false))).Invariant);

    [Fact]
    public void A_row_is_there_once() =>
        Assert.Contains(
            Check((1, "a", true), (2, "a", false), (2, "b", true)),
            violation => violation.Text.Contains("row 2", StringComparison.Ordinal));

    [Fact]
    public void Journals_are_apart() =>
        Assert.Empty(JournalChecker.Check([new("x", 1, "a", true), new("y", 2, "b", false), new("x", 3, "a", false)], 0));

    private static IReadOnlyList<Violation> Check(params (long Number, string Writer, bool Begins)[] rows) =>
        JournalChecker.Check(rows.Select(row => new JournalRow("ns1-x", row.Number, row.Writer, row.Begins)), 0);
}
