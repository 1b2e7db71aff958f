using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Server.Tests.FrontEnd;

public sealed class RecentRefusalsTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecentRefusals _refusals;

    public RecentRefusalsTests() => _refusals = new RecentRefusals(_time);

    [Fact]
    public void The_last_few_refusals_of_a_peer_are_remembered_the_newest_first()
    {
        for (int number = 1; number <= RecentRefusals.MaxPerPeer + 2; number++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            Refuse(1, $"reason {number}");
        }

        (long total, IReadOnlyList<RecentRefusal> last) = _refusals.Of(TestPeers.Id(1));

        Assert.Equal(RecentRefusals.MaxPerPeer + 2, total);
        Assert.Equal(["reason 7", "reason 6", "reason 5", "reason 4", "reason 3"], last.Select(refusal => refusal.Text));
        Assert.Equal(_time.GetUtcNow(), last[0].At);
        Assert.Equal((0, 0), (_refusals.Of(TestPeers.Id(2)).Total, _refusals.Of(TestPeers.Id(2)).Last.Count));
    }

    [Fact]
    public void The_peer_that_was_refused_the_longest_ago_is_forgotten_first()
    {
        Refuse(0, "first");
        for (int peer = 1; peer < RecentRefusals.MaxPeers; peer++)
        {
            Refuse(peer, "later");
        }

        Refuse(0, "again");
        Refuse(RecentRefusals.MaxPeers, "one more");

        Assert.Equal(2, _refusals.Of(TestPeers.Id(0)).Total);
        Assert.Equal(0, _refusals.Of(TestPeers.Id(1)).Total);
        Assert.Equal(1, _refusals.Of(TestPeers.Id(2)).Total);
        Assert.Equal(1, _refusals.Of(TestPeers.Id(RecentRefusals.MaxPeers)).Total);
    }

    private void Refuse(int peer, string text) =>
        _refusals.Add(TestPeers.Id(peer), "register", RendezvousStatus.NotAuthorized, text);
}
