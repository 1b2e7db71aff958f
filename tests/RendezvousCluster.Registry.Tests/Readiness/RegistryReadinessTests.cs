using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Readiness;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Tests.Readiness;

public sealed class RegistryReadinessTests
{
    [Fact]
    public void An_answered_question_says_that_nothing_is_missing() =>
        Assert.Null(RegistryReadiness.WhyNot(new DiscoverReply(RendezvousStatus.Ok, "", [], 0)));

    [Fact]
    public void A_new_question_that_is_taken_for_late_tells_of_clocks() => Assert.Contains(
        "clock", RegistryReadiness.WhyNot(RegistryReplies.Discover(RendezvousStatus.Unavailable, StatusTexts.DeadlinePassed)),
        StringComparison.Ordinal);

    [Fact]
    public void Every_other_answer_says_that_it_cannot_serve()
    {
        Assert.Contains(
            "cannot serve",
            RegistryReadiness.WhyNot(RegistryReplies.Discover(RendezvousStatus.Unavailable, StatusTexts.QueueFull)),
            StringComparison.Ordinal);
        Assert.Contains("cannot serve", RegistryReadiness.WhyNot(RetryLater.Instance), StringComparison.Ordinal);
    }
}
