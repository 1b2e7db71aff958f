using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Tests.Discovery;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Tests.Errors;

public sealed class AllPointsFailedExceptionTests
{
    private readonly RendezvousException _refused = RendezvousRefusedException.Of(SomePeers.Point, RendezvousStatus.InvalidTtl, "too long");
    private readonly RendezvousException _other = RendezvousRefusedException.Of(SomePeers.Point, RendezvousStatus.Unavailable, "");
    private readonly RendezvousException _gone = new PointUnreachableException(SomePeers.Point, "gone");

    [Fact]
    public void A_single_failure_is_itself() => Assert.Same(_gone, AllPointsFailedException.Of([_gone]));

    [Fact]
    public void The_same_refusal_by_all_is_that_refusal() => Assert.Same(_refused, AllPointsFailedException.Of([_refused, _refused]));

    [Fact]
    public void The_message_names_all_different_failures()
    {
        var all = Assert.IsType<AllPointsFailedException>(AllPointsFailedException.Of([_gone, _refused, _other]));

        Assert.Equal([_gone, _refused, _other], all.Failures);
        Assert.Contains("too long", all.Message);
        Assert.IsType<AllPointsFailedException>(AllPointsFailedException.Of([_gone, _gone]));
    }
}
