using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Verification;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Verification;

public sealed class JournalCheckTests
{
    private static readonly object Opening = new Opened(Guid.Empty, RendezvousNamespace.Parse("chat"));
    private static readonly object Afresh = new Opened(Guid.Empty, RendezvousNamespace.Parse("chat"), Fresh: true);
    private static readonly object Event = new Unregistered(TestPeers.Id(1), 1, 1);
    private static readonly object Part = new DirectoryOpened(Guid.Empty);

    [Fact]
    public void Whole_journals_pass()
    {
        Assert.Empty(Check([], ("a", 1, Opening), ("a", 2, Event), ("b", 1, Part), ("b", 2, Event)));
        Assert.Empty(Check([("a", 7)], ("a", 5, null), ("a", 6, Event), ("a", 7, Event), ("a", 8, Event))); // shortened
        Assert.Empty(Check([("a", 7)], ("a", 7, null))); // all of it is in the snapshot
        Assert.Empty(Check([], ("a", 7, null))); // cleared
        Assert.Empty(Check([], ("a", 7, null), ("a", 8, Afresh), ("a", 9, Event))); // cleared, and begun anew
        Assert.Empty(Check([], ("b", 7, null), ("b", 8, Part), ("b", 9, Event)));
    }

    [Fact]
    public void Events_that_are_missing_are_named()
    {
        Assert.Equal(["Events 2 to 3 of a in the table 'journal' are missing."], Check([], ("a", 1, Opening), ("a", 4, Event)));
        Assert.Equal(["Events 1 to 1 of a in the table 'journal' are missing."], Check([], ("a", 2, Event), ("b", 1, Opening)));
        Assert.Equal(
            ["Events 8 to 9 of a in the table 'journal' are missing."], Check([("a", 7)], ("a", 5, null), ("a", 10, Event)));
        Assert.Equal(
            ["Events 3 to 9 of a in the table 'journal' are missing."], Check([], ("a", 1, Opening), ("a", 2, Event), ("a", 9, null)));
        Assert.Equal(["Events 1 to 7 of a in the table 'journal' are missing."], Check([], ("a", 7, null), ("a", 8, Event)));
    }

    [Fact]
    public void An_event_that_cannot_be_read_is_named_and_its_place_is_not_missed() => Assert.Equal(
        ["Event 2 of a in the table 'journal' cannot be read: why"],
        Check([], ("a", 1, Opening), ("a", 2, new UnreadableEvent("why")), ("a", 3, Event)));

    [Fact]
    public void A_journal_that_ends_before_its_snapshot_is_named() => Assert.Equal(
        [
            "The journal of a ends with event 6, before the snapshot of it at event 7.",
            "The journal of b ends with event 0, before the snapshot of it at event 9.",
        ],
        Check([("a", 7), ("b", 9)], ("a", 5, Event), ("a", 6, Event)));

    private static List<string> Check((string Id, long Sequence)[] snapshots, params (string Id, long Sequence, object? Read)[] rows)
    {
        var check = new JournalCheck(snapshots.ToDictionary(each => each.Id, each => each.Sequence));
        List<string> faults = [.. rows.SelectMany(row => check.Next(row.Id, row.Sequence, row.Read)), .. check.End()];
        Assert.Equal(rows.Count(row => row.Read is not null), check.Events);
        Assert.Equal(rows.DistinctBy(row => row.Id).Count(), check.Journals);
        return faults;
    }
}
