namespace RendezvousCluster.Architecture;

public class BaselineTests
{
    private static readonly Dictionary<string, int> Allowed = Baseline.Read("2 a.cs\n1 b.cs\n");

    [Fact]
    public void Fewer_offences_than_allowed_pass() => Assert.Empty(Baseline.Faults(Allowed, Found(("a.cs", 1), ("b.cs", 1))));

    [Fact]
    public void An_offence_more_fails() =>
        Assert.Contains(
            "a.cs: 3 instead of at most 2",
            Assert.Single(Baseline.Faults(Allowed, Found(("a.cs", 3), ("b.cs", 1)))),
            StringComparison.Ordinal);

    [Fact]
    public void An_offence_in_a_file_without_a_line_fails() =>
        Assert.Contains(
            "c.cs: 1 instead",
            Assert.Single(Baseline.Faults(Allowed, Found(("a.cs", 2), ("b.cs", 1), ("c.cs", 1)))),
            StringComparison.Ordinal);

    [Fact]
    public void The_line_of_a_clean_file_fails() =>
        Assert.Contains("b.cs: clean", Assert.Single(Baseline.Faults(Allowed, Found(("a.cs", 2)))), StringComparison.Ordinal);

    [Fact]
    public void Updating_lowers_and_drops_and_never_adds() =>
        Assert.Equal("1 a.cs\n", Baseline.Write(Baseline.Lowered(Allowed, Found(("a.cs", 1), ("c.cs", 4)))));

    private static ILookup<string, int> Found(params (string Path, int Count)[] files) =>
        files.SelectMany(file => Enumerable.Range(1, file.Count).Select(line => (file.Path, line)))
            .ToLookup(found => found.Path, found => found.line);
}
