using Akka.Cluster;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class SidesTests
{
    // States of a node when two sides stop hearing each other. A change is made when all have heard of the state before it, and may not
    // be known to all yet; so each side may know a node as the first or as the second of a pair.
    private static readonly (MemberStatus Before, MemberStatus After)[] Changes =
    [
        (MemberStatus.Up, MemberStatus.Up),
        (MemberStatus.Joining, MemberStatus.Joining),
        (MemberStatus.Joining, MemberStatus.Up),
        (MemberStatus.Up, MemberStatus.Leaving),
        (MemberStatus.Leaving, MemberStatus.Exiting),
        (MemberStatus.Down, MemberStatus.Down), // by a decision before, which the side that it put out does not outlive
    ];

    [Theory]
    [InlineData(2, 1, SideVerdict.GoesOn)]
    [InlineData(1, 2, SideVerdict.Ends)]
    [InlineData(1, 1, SideVerdict.Tied)]
    [InlineData(2, 2, SideVerdict.Tied)]
    [InlineData(3, 2, SideVerdict.GoesOn)]
    [InlineData(0, 1, SideVerdict.Ends)]
    internal void The_side_with_more_nodes_goes_on_and_equal_ones_are_tied(int here, int there, SideVerdict verdict) =>
        Assert.Equal(verdict, Sides.Judge([.. Ups(here, isHeard: true), .. Ups(there, isHeard: false)]));

    /// <summary>
    /// All clusters of up to four nodes, all ways to divide them, all changes under way, and all that each side may know of them.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public void At_most_one_side_goes_on_if_at_most_one_has_the_seat(int nodes)
    {
        int looked = 0;
        foreach ((int Change, bool IsLeft, bool LeftKnows, bool RightKnows)[] cluster in Clusters(nodes))
        {
            SideVerdict left = Sides.Judge(cluster.Select(node => (Status(node.Change, node.LeftKnows), node.IsLeft)));
            SideVerdict right = Sides.Judge(cluster.Select(node => (Status(node.Change, node.RightKnows), !node.IsLeft)));
            bool isSafe = left == SideVerdict.Ends || right == SideVerdict.Ends || (left == SideVerdict.Tied && right == SideVerdict.Tied);
            Assert.True(isSafe, $"{left} and {right}: {string.Join(' ', cluster)}");
            looked++;
        }

        Assert.True(looked > 0);
    }

    private static IEnumerable<(MemberStatus, bool)> Ups(int count, bool isHeard) => Enumerable.Repeat((MemberStatus.Up, isHeard), count);

    private static MemberStatus Status(int change, bool isKnown) => isKnown ? Changes[change].After : Changes[change].Before;

    // One node is as good as another, so they stand in order.
    private static IEnumerable<(int Change, bool IsLeft, bool LeftKnows, bool RightKnows)[]> Clusters(int nodes)
    {
        int kinds = Changes.Length * 8;
        int[] kind = new int[nodes];
        while (true)
        {
            yield return [.. kind.Select(number => (number / 8, (number & 1) != 0, (number & 2) != 0, (number & 4) != 0))];
            int at = nodes - 1;
            while (at >= 0 && kind[at] == kinds - 1)
            {
                at--;
            }

            if (at < 0)
            {
                yield break;
            }

            Array.Fill(kind, kind[at] + 1, at, nodes - at);
        }
    }
}
