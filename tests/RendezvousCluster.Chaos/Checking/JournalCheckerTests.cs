namespace RendezvousCluster.Chaos.Checking;

public sealed class JournalCheckerTests
{
    [Fact]
    public void Writers_may_follow_one_another() => Assert.Empty(Check((1, "a"), (2, "a"), (3, "b"), (9, "c")));

    [Fact]
    public void Who_was_replaced_writes_no_more() => Assert.Equal(Invariant.OneWriter, Assert.Single(Check((1, "a"), (2, "b"), (3, "a"))).Invariant);

    [Fact]
    public void A_row_is_there_once() => Assert.Contains(Check((1, "a"), (2, "a"), (2, "b")), violation => violation.Text.Contains("row 2", StringComparison.Ordinal));

    [Fact]
    public void Journals_are_apart() => Assert.Empty(JournalChecker.Check([new("x", 1, "a"), new("y", 2, "b"), new("x", 3, "a")], 0));

    private static IReadOnlyList<Violation> Check(params (long Number, string Writer)[] rows) =>
        JournalChecker.Check(rows.Select(row => new JournalRow("ns1-x", row.Number, row.Writer)), 0);
}
