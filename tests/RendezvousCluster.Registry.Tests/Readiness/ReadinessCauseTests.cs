using Akka.Cluster;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Readiness;

namespace RendezvousCluster.Registry.Tests.Readiness;

/// <summary>Each state of a node has its cause, true and distinct.</summary>
public sealed class ReadinessCauseTests
{
    private const string Place = "PostgreSQL database 'r' on db.example:5432";

    private static readonly DateTimeOffset Noon = new(2030, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly NodeAddress SeedA = new("a.example", 4053), SeedB = new("b.example", 4053), SeedC = new("c.example", 4053);

    private static readonly ReadinessCause OwnerSilent =
        new(ReadinessState.NamespaceSilent, "the owner of a namespace does not answer");

    private static readonly ReadinessFacts Ready = new()
    {
        Phase = StartPhase.Joined, Place = Place, Self = "self.example:4053", Status = MemberStatus.Up, Namespace = (true, null),
    };

    private static readonly (ReadinessState State, ReadinessFacts Facts, string Text)[] Table =
    [
        (ReadinessState.Starting, new(), "this node is starting"),
        (ReadinessState.Draining, Ready with { IsDraining = true },
            "this node is draining, as an operator asked: it hands its shards over"),
        (ReadinessState.Starting, Ready with { Phase = StartPhase.OpeningStore }, $"this node is starting: it opens the {Place}"),
        (ReadinessState.Starting, Ready with { Phase = StartPhase.StartingRegions }, "this node is starting its registry"),
        (ReadinessState.WarmingUp, Ready with { Phase =
            StartPhase.WarmingUp }, "this node is warming up: it warms a namespace up before it joins"),
        (ReadinessState.Starting, Ready with { Phase = StartPhase.Joining }, "this node is about to join its cluster"),
        (ReadinessState.Starting, Ready with { Phase = StartPhase.WaitingToFound },
            $"a cluster lives on the {Place} or did a moment ago, and this node, which knows of none of its nodes, waits for its end"),
        (ReadinessState.WarmingUp, Ready with { Status =
            null }, "this node has just joined and looks at its namespaces for the first time"),
        (ReadinessState.WarmingUp, Ready with { Namespace =
            (false, null) }, "this node has just joined and looks at its namespaces for the first time"),
        (ReadinessState.NotJoined, Ready with { Status = MemberStatus.Removed }, "this node has not joined its own cluster yet"),
        (ReadinessState.NotJoined,
            Ready with
            {
                Status = MemberStatus.Removed,
                Seeds = [(SeedA, PortAnswer.Refusal), (SeedB, PortAnswer.Silence), (SeedC, PortAnswer.Acceptance)],
            },
            "no seed has taken this node in as self.example:4053 yet: "
            + "a.example:4053 refuses connections, b.example:4053 does not answer, c.example:4053 accepts connections"),
        (ReadinessState.NotJoined,
            Ready with { Status =
                MemberStatus.Joining, Seeds = [(SeedA, PortAnswer.Acceptance)], Stranger = "a.example:4053: it does not speak TLS" },
            "no seed has taken this node in as self.example:4053 yet: a.example:4053 accepts connections; a.example:4053: it does not "
            + "speak TLS"),
        (ReadinessState.NotJoined, Ready with { Status = MemberStatus.Joining }, "this node has not joined its own cluster yet"),
        (ReadinessState.StoreSilent,
            Ready with { StoreAnswers =
                false, StoreAwaySince = Noon, StoreTrouble = "The database server db.example:5432 cannot be reached: Connection refused." },
            $"the {Place} has not answered since 2030-01-01T12:00:00Z: The database server db.example:5432 cannot be reached: Connection "
            + "refused"),
        (ReadinessState.StoreRefusesWrites,
            Ready with { StoreAwaySince = Noon.ToOffset(TimeSpan.FromHours(2)), StoreTrouble = "No space left on device" },
            $"the {Place} has taken no writes since 2030-01-01T12:00:00Z: No space left on device"),
        (ReadinessState.StoreSilent, Ready with { Place = null, StoreAnswers = false }, "the store has not answered"),
        (ReadinessState.Leaving, Ready with { Status = MemberStatus.Leaving }, "this node is leaving the cluster"),
        (ReadinessState.Leaving, Ready with { Status = MemberStatus.Exiting }, "this node is leaving the cluster"),
        (ReadinessState.Downed, Ready with { Status = MemberStatus.Down }, "the others have put this node out of the cluster"),
        (ReadinessState.NoOwners, Ready with { HasOwners = false }, "no node with the role registry is in the cluster"),
        (ReadinessState.AnotherCluster, Ready with { AnotherCluster = (2, 1, Noon) },
            "another cluster of 2 has lived on the same database since 2030-01-01T12:00:00Z, and this one has 1: stop this one and start "
            + "it again, so that it joins"),
        (ReadinessState.NamespaceSilent, Ready with { Namespace =
            (true, OwnerSilent) }, "the owner of a namespace does not answer"),
        (ReadinessState.ShardsSilent, Ready with { SilentShards =
            (17, Noon) }, "17 of the 128 shards of namespaces have not answered since 2030-01-01T12:00:00Z"),
        (ReadinessState.RequestsFail, Ready with { FailedRequests = 10 }, "all 10 requests that peers sent in the last 20 s failed"),
        (ReadinessState.TimesApart, Ready with { Namespace = (true, new(ReadinessState.TimesApart, "the clock is ahead")) },
            "the clock is ahead"),
        (ReadinessState.WritesFail, Ready with { FailedWrites = 5 },
            $"the {Place} takes writes, but all 5 of namespaces in the last 20 s failed"),
        (ReadinessState.Stopping, Ready with { IsStopping = true }, "this node is stopping"),
        (ReadinessState.Lost, Ready with { Lost = "This node left the cluster on request." }, "This node left the cluster on request"),
    ];

    private static readonly (ReadinessState State, ReadinessFacts Facts, string Text)[] RemarkTable =
    [
        (ReadinessState.FewShardsSilent, Ready with { SilentShards = (16, Noon) },
            "16 of the 128 shards of namespaces have not answered since 2030-01-01T12:00:00Z; requests for their namespaces fail"),
        (ReadinessState.StoreChanged, Ready with { StoreChanged = ("was promoted", Noon) },
            $"the {Place} was promoted, as seen at 2030-01-01T12:00:00Z; it may lack what it had acknowledged, and nodes write again what "
            + "they know"),
        (ReadinessState.ClocksApart, Ready with { ClocksApart = "the wall clock of b:1 is 90 s behind this node's" },
            "the wall clock of b:1 is 90 s behind this node's"),
        (ReadinessState.Full, Ready with { RefusedAsFull = 1 },
            "the point has as many registrations as it may: new ones are refused, and those that it has can be refreshed"),
    ];

    public static TheoryData<int> RemarkRows => [.. Enumerable.Range(0, RemarkTable.Length)];

    public static TheoryData<int> Rows => [.. Enumerable.Range(0, Table.Length)];

    [Theory]
    [MemberData(nameof(Rows))]
    public void Each_state_has_its_cause(int row) =>
        Assert.Equal(new ReadinessCause(Table[row].State, Table[row].Text), Assert.Single(ReadinessCause.Of(Table[row].Facts)));

    [Theory]
    [MemberData(nameof(RemarkRows))]
    public void Each_remark_is_made_of_a_node_that_is_ready(int row)
    {
        Assert.Empty(ReadinessCause.Of(RemarkTable[row].Facts));
        Assert.Equal(
            new ReadinessCause(RemarkTable[row].State, RemarkTable[row].Text),
            Assert.Single(ReadinessCause.RemarksOn(RemarkTable[row].Facts)));
    }

    [Fact]
    public void A_node_whose_store_is_answered_for_by_another_instance_is_ready_and_remarks_on_it()
    {
        var before = new StoreInstance("7", "1");
        ReadinessFacts promoted = Ready with { StoreChanged = ((before with { Timeline = "2" }).SayAfter(before), Noon) };
        ReadinessFacts restored = Ready with { StoreChanged = (new StoreInstance("8", "1").SayAfter(before), Noon) };

        Assert.Empty(ReadinessCause.Of(promoted));
        Assert.Equal(
            $"the {Place} was promoted from a standby, or restored to a point in time (timeline 1, now 2), as seen at 2030-01-01T12:00:00Z"
            + "; it may lack what it had acknowledged, and nodes write again what they know",
            ReadinessCause.RemarksOn(promoted)[0].Text);
        Assert.StartsWith(
            $"the {Place} is on another server than before, or was restored from a copy, as seen at 2030-01-01T12:00:00Z; ",
            ReadinessCause.RemarksOn(restored)[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_state_is_in_the_table() =>
        Assert.Equal(Enum.GetValues<ReadinessState>().Order(), Table.Concat(RemarkTable).Select(row => row.State).Distinct().Order());

    [Fact]
    public void A_node_that_nothing_speaks_against_has_no_cause()
    {
        Assert.Empty(ReadinessCause.Of(Ready));
        Assert.Empty(ReadinessCause.RemarksOn(Ready));
    }

    /// <summary>Some silent shards, or some failures, do not make the node turn all other requests away.</summary>
    [Fact]
    public void A_few_silent_shards_make_a_remark_but_not_a_cause()
    {
        ReadinessFacts facts =
            Ready with { SilentShards = (ReadinessCause.MaxSilentShards, Noon), FailedRequests = ReadinessCause.MinFailedRequests - 1 };

        Assert.Empty(ReadinessCause.Of(facts));
        Assert.Equal(
            "16 of the 128 shards of namespaces have not answered since 2030-01-01T12:00:00Z; requests for their namespaces fail",
            ReadinessCause.RemarksOn(facts)[0].Text);
        Assert.StartsWith(
            "1 of the 128 shards of namespaces has not", ReadinessCause.RemarksOn(Ready with { SilentShards = (1, Noon) })[0].Text,
            StringComparison.Ordinal);
    }

    /// <summary>Of several causes the node names each but those that follow from another.</summary>
    [Fact]
    public void The_node_names_every_cause_that_does_not_follow_from_another()
    {
        ReadinessFacts away = Ready with
        {
            StoreAnswers = false, StoreAwaySince = Noon, Namespace = (true, OwnerSilent), SilentShards = (100, Noon), FailedRequests = 100,
            FailedWrites = 100,
        };

        Assert.Equal([ReadinessState.StoreSilent], States(away));
        Assert.Equal([ReadinessState.Draining, ReadinessState.StoreSilent], States(away with { IsDraining = true }));
        Assert.Equal(
            [ReadinessState.Draining, ReadinessState.StoreSilent, ReadinessState.NotJoined, ReadinessState.AnotherCluster],
            States(away with { IsDraining = true, Status = MemberStatus.Joining, AnotherCluster = (2, 1, Noon) }));
        Assert.Equal([ReadinessState.Stopping], States(away with { IsStopping = true, IsDraining = true }));
        Assert.Equal([ReadinessState.Lost], States(away with { IsStopping = true, Lost = "gone" }));
        Assert.Equal([ReadinessState.Starting], States(away with { Phase = StartPhase.Joining }));
        Assert.Equal(
            [ReadinessState.AnotherCluster, ReadinessState.NamespaceSilent, ReadinessState.ShardsSilent, ReadinessState.WritesFail],
            States(away with { StoreAnswers = true, StoreAwaySince = null, AnotherCluster = (2, 1, Noon) }));
        Assert.Equal(
            [ReadinessState.Draining, ReadinessState.RequestsFail], States(Ready with { IsDraining = true, FailedRequests = 100 }));
    }

    [Fact]
    public void Remarks_stand_beside_causes_and_a_node_that_starts_or_ends_makes_none()
    {
        ReadinessFacts full = Ready with { RefusedAsFull = 3, ClocksApart = "clocks", IsDraining = true };

        Assert.Equal(
            [ReadinessState.ClocksApart, ReadinessState.Full], ReadinessCause.RemarksOn(full).Select(remark => remark.State));
        Assert.Empty(ReadinessCause.RemarksOn(full with { IsStopping = true }));
        Assert.Empty(ReadinessCause.RemarksOn(full with { Phase = StartPhase.Joining }));
    }

    [Fact]
    public void A_few_failed_writes_do_not_make_a_cause() =>
        Assert.Empty(ReadinessCause.Of(Ready with { FailedWrites = ReadinessCause.MinFailedWrites - 1 }));

    [Fact]
    public void Every_check_has_a_cause() => Assert.Equal(
        ReadinessFinding.Checks.Order(),
        Table.Concat(RemarkTable).Select(row => new ReadinessCause(row.State, row.Text).Check).Distinct().Order());

    private static IEnumerable<ReadinessState> States(ReadinessFacts facts) => ReadinessCause.Of(facts).Select(cause => cause.State);
}
