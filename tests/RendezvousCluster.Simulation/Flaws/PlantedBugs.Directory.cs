using RendezvousCluster.Core.Directories;
using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Plans;

namespace RendezvousCluster.Simulation.Flaws;

internal static partial class PlantedBugs
{
    private static PlantedBug[] Directory =>
    [
        Of("a namespace takes its listing for granted", [Invariant.RegisteredIsListed], 5, new() { IsNotWaitedFor = true }),
        Of("a part confirms before commit", [Invariant.ListedIsFound, Invariant.RegisteredIsListed], 5,
            new() { ConfirmsBeforeCommit = true }),
        Of("a part shows its list before its fence", [Invariant.ListedIsFound], 20, new() { ReadsWithoutFence = true }) with
        {
            Plan = OwnersAreTakenForDead,
        },
        Of("a part that is only read renews no fence", [Invariant.ListedIsFound], 100, new()
        {
            NeverRenews = true,
            Compaction = Flaw.Usual with { MinEventsBetweenSnapshots = 100_000 }, // it would be renewed to see the end of old events
        }) with
        {
            Plan = OwnersAreTakenForDead,
        },
        Of("a part decides a batch against the state before it", [Invariant.LimitsHold], 10, new() { ChecksItsLimitEarly = true }),
        Of("recovery of a part leaves the last listing out", [Invariant.ListedIsFound], 5, new()
        {
            Recovering = (@event, isLast) => isLast && @event is NamespaceListed ? null : @event,
        }),
        Of("a part clears its journal while a listing is alive", [Invariant.ListedIsFound], 20,
            new() { ClearsUnasked = true, JanitorAge = 20_000 }),
        new("a part trusts itself for ever", [Invariant.OneWriter, Invariant.ListedIsFound], 100,
            new Flaw { JournalDemandsItsEnd = false, Directory = new() { Compaction = Careless } })
        {
            Plan = OwnersAreTakenForDead,
        },
        Of("a snapshot of a part leaves out the last listing", [Invariant.ListedIsFound], 20, new()
        {
            SavingSnapshot = snapshot => snapshot with { Entries = [.. snapshot.Entries.SkipLast(1)] },
        }),
        Of("a part does not note activity", [Invariant.ListedIsFound], 20, new()
        {
            Taking = command => command is NamespaceAnnouncement announcement
                ? announcement with { ActiveUntil = DateTimeOffset.MinValue }
                : command,
        }),
        Of("a listing is written for half the time", [Invariant.ListedIsFound, Invariant.RegisteredIsListed], 5, new()
        {
            Writing = events => [.. events.Select(@event => @event is NamespaceListed listed
                ? listed with { UntilUnixMilliseconds = listed.UntilUnixMilliseconds - 150_000 }
                : @event)],
        }),
        Of("the journal of a part is never cleared", [Invariant.NothingIsLeft], 5, new() { DeletingEvents = _ => 0 }),
    ];

    private static PlantedBug Of(string name, Invariant[] found, int withinSeeds, DirectoryFlaw flaw) =>
        new(name, found, withinSeeds, new Flaw { Directory = flaw });

    private static Plan OwnersAreTakenForDead(ulong seed) => PlanGenerator.Generate(seed, new SimulationSettings
    {
        Namespaces = 1,
        Peers = 4,
        Operations = 500,
        DirectoryOperations = 2_000,
        Families = FaultFamilies.Nodes,
        Haste = 2,
        Only = [FaultKind.FalseSuspicion],
    });
}
