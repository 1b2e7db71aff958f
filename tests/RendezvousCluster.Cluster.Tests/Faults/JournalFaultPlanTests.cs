namespace RendezvousCluster.Cluster.Tests.Faults;

public sealed class JournalFaultPlanTests
{
    private static readonly JournalFaultKind[] Kinds = Enum.GetValues<JournalFaultKind>();

    [Fact]
    public void A_journal_fault_plan_follows_from_its_seed()
    {
        Assert.Equal(Take(5), Take(5));
        Assert.NotEqual(Take(5), Take(6));
    }

    [Fact]
    public void Every_kind_comes_once_before_any_comes_again() =>
        Assert.All(Take(1).OfType<JournalFault>().Chunk(Kinds.Length).SkipLast(1), round =>
            Assert.Equal(Kinds, round.Select(fault => fault.Kind).Order()));

    [Fact]
    public void Between_two_faults_so_many_succeed_as_was_said()
    {
        List<JournalFault?> operations = Take(2);
        int[] faults = [.. Enumerable.Range(0, operations.Count).Where(at => operations[at] is not null)];

        Assert.All(faults.Zip(faults.Skip(1), (fault, next) => next - fault - 1), successes => Assert.InRange(successes, 3, 7));
        Assert.True(faults.Length > 2 * Kinds.Length);
    }

    [Fact]
    public void Without_kinds_nothing_goes_wrong() => Assert.Null(new JournalFaultPlan(1, [], 0, 0).Next());

    private static List<JournalFault?> Take(int seed)
    {
        var plan = new JournalFaultPlan(seed, Kinds, 3, 7);
        return [.. Enumerable.Range(0, 200).Select(_ => plan.Next())];
    }
}
