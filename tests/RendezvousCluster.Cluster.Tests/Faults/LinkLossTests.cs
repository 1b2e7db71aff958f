namespace RendezvousCluster.Cluster.Tests.Faults;

public sealed class LinkLossTests
{
    [Fact]
    public void A_link_loses_about_the_share_that_was_set_and_the_same_messages_for_the_same_seed()
    {
        var loss = new LinkLoss();
        Assert.Equal(0, Take(loss).Count(lost => lost));

        loss.Set(0.2, seed: 7);
        bool[] first = Take(loss);
        loss.Set(0.2, seed: 7);

        Assert.Equal(first, Take(loss));
        Assert.InRange(first.Count(lost => lost), 150, 250);
    }

    private static bool[] Take(LinkLoss loss) => [.. Enumerable.Range(0, 1000).Select(_ => loss.Next())];
}
