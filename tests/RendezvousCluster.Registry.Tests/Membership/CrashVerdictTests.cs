using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class CrashVerdictTests
{
    private const PortAnswer Yes = PortAnswer.Acceptance;
    private const PortAnswer No = PortAnswer.Refusal;
    private const PortAnswer None = PortAnswer.Silence;

    [Fact]
    public void A_node_whose_port_is_refused_twice_has_ended_when_most_others_are_there()
    {
        Assert.True(CrashVerdict.HasEnded([No, No], [Yes], selfOwns: true, suspectOwns: true));
        Assert.True(CrashVerdict.HasEnded([No, No], [Yes, Yes, None], selfOwns: true, suspectOwns: true));
    }

    [Fact]
    public void A_node_that_is_silent_or_accepts_has_not()
    {
        Assert.False(CrashVerdict.HasEnded([No], [Yes], selfOwns: true, suspectOwns: true));
        Assert.False(CrashVerdict.HasEnded([No, None], [Yes], selfOwns: true, suspectOwns: true));
        Assert.False(CrashVerdict.HasEnded([Yes, No], [Yes], selfOwns: true, suspectOwns: true));
        Assert.False(CrashVerdict.HasEnded([], [Yes], selfOwns: true, suspectOwns: true));
    }

    [Fact]
    public void A_node_that_sees_no_majority_accuses_no_other()
    {
        // Both others refuse: this one may be behind a wall.
        Assert.False(CrashVerdict.HasEnded([No, No], [No], selfOwns: true, suspectOwns: true));
        Assert.False(CrashVerdict.HasEnded([No, No], [], selfOwns: true, suspectOwns: true)); // one of two
        Assert.False(CrashVerdict.HasEnded([No, No], [Yes, None, None], selfOwns: true, suspectOwns: true)); // two of five
    }

    [Fact]
    public void Nodes_that_own_nothing_do_not_count()
    {
        Assert.True(CrashVerdict.HasEnded([No, No], [], selfOwns: true, suspectOwns: false)); // the only owner, of a front end
        Assert.True(CrashVerdict.HasEnded([No, No], [Yes, Yes], selfOwns: false, suspectOwns: true));
        Assert.False(CrashVerdict.HasEnded([No, No], [Yes], selfOwns: false, suspectOwns: true)); // one of two owners is there
    }
}
