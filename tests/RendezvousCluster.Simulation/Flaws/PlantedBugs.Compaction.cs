using RendezvousCluster.Simulation.Invariants;

namespace RendezvousCluster.Simulation.Flaws;

internal static partial class PlantedBugs
{
    private static PlantedBug[] Compaction =>
    [
        new("events are deleted up to the newest snapshot, however young", [Invariant.OneWriter, .. Lost], 20,
            new Flaw
            {
                JournalDemandsItsEnd = false, // it would hold off who fell behind all the same
                DeletingEvents = (_, owner) => owner.NewestSnapshot,
                Compaction = Careless with { FenceAge = TimeSpan.FromSeconds(1) },
            })
        {
            Plan = OwnersAreReplacedForLong,
        },
        new("an owner trusts itself for ever", [Invariant.OneWriter, .. Lost], 100,
            new Flaw { JournalDemandsItsEnd = false, Compaction = Careless })
        {
            Plan = OwnersAreReplacedForLong,
        },
        new("a snapshot leaves out the last registration", [.. Lost, Invariant.NothingThrows], 5,
            new Flaw { SavingSnapshot = snapshot => snapshot with { Registrations = [.. snapshot.Registrations.SkipLast(1)] } }),
        new("a snapshot forgets who has unregistered", [Invariant.UnregisteredStaysAway], 50,
            new Flaw { SavingSnapshot = snapshot => snapshot with { Unregistered = [] }, Compaction =
                Flaw.Usual with { MinEventsBetweenSnapshots = 1, MinTimeBetweenSnapshots = TimeSpan.Zero } })
        {
            Plan = OwnersMoveWhileCopiesAreOnTheirWay,
        },
        new("a cleared journal keeps its snapshots", [Invariant.NothingIsLeft, Invariant.UnregisteredStaysAway], 5,
            new Flaw { DeletingSnapshots = _ => 0 }),
        new("a journal is never cleared", [Invariant.NothingIsLeft], 5,
            new Flaw { DeletingEvents = (_, _) => 0 }),
        new("events are deleted beyond what snapshots hold", [Invariant.AnswersAfterFaults, .. Lost], 5,
            new Flaw { DeletingEvents = (upTo, _) => upTo + 30 }),
    ];

    private static Core.Ownership.CompactionSettings Careless => Flaw.Usual with { TrustAge = TimeSpan.FromDays(1) };
}
