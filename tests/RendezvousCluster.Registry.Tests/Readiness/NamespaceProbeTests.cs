using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Readiness;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Tests.Readiness;

public sealed class NamespaceProbeTests
{
    [Fact]
    public void An_answered_question_says_that_nothing_is_missing() =>
        Assert.Null(NamespaceProbe.WhyNot(new DiscoverReply(RendezvousStatus.Ok, "", [], 0)));

    [Fact]
    public void A_new_question_that_is_taken_for_late_tells_of_clocks()
    {
        ReadinessCause? cause =
            NamespaceProbe.WhyNot(RegistryReplies.Discover(RendezvousStatus.Unavailable, StatusTexts.DeadlinePassed));

        Assert.Equal((ReadinessState.TimesApart, ReadinessFinding.Clocks), (cause!.State, cause.Check));
        Assert.Contains("clock", cause.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_other_answer_says_that_it_cannot_serve()
    {
        Assert.Contains(
            "cannot serve",
            NamespaceProbe.WhyNot(RegistryReplies.Discover(RendezvousStatus.Unavailable, StatusTexts.QueueFull))!.Text,
            StringComparison.Ordinal);
        Assert.Contains("cannot serve", NamespaceProbe.WhyNot(RetryLater.Instance)!.Text, StringComparison.Ordinal);
    }
}
