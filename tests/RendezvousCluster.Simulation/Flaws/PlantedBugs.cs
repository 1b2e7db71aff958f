using RendezvousCluster.Core;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Simulation.World;

namespace RendezvousCluster.Simulation.Flaws;

/// <summary>
/// The bugs that the simulation is known to find: at least one for each promise, and those that other implementations of the protocol have
/// had.
/// </summary>
internal static partial class PlantedBugs
{
    private static readonly TimeSpan FrontEndDeadline = TimeSpan.FromMilliseconds(SimulatedFrontEnd.RequestTimeout);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<PlantedBug> All { get; } =
        [.. Journal, .. Losses, .. Compaction, .. Time, .. Clocks, .. Copies, .. Reading, .. Directory];

    // A write that is lost shows itself as a registration that is not there, one that is back, or one that has the time of an earlier one.
    private static Invariant[] Lost =>
        [Invariant.AcknowledgedIsFound, Invariant.FoundEverywhere, Invariant.RetriesShortenNothing, Invariant.UnregisteredStaysAway];

    private static PlantedBug[] Journal =>
    [
        new("acknowledges before commit", [.. Lost, Invariant.CookiesMissNothing], 5,
            new Flaw { AcknowledgesBeforeCommit = true }),
        new("takes a failed write for done", [.. Lost, Invariant.CookiesMissNothing, Invariant.OneWriter, Invariant.NothingThrows], 5,
            new Flaw { TakesFailureForSuccess = true }),
        new("journal takes a sequence number twice", [Invariant.OneWriter], 5,
            new Flaw { FenceHolds = false }),
        new("an owner writes its fence with its first event, not before",
            [.. Lost, Invariant.CookiesMissNothing, Invariant.OneWriter, Invariant.NothingIsLeft], 10,
            new Flaw { HoldsFenceBack = true }),
        new("recovery leaves the last event out", [.. Lost, Invariant.CookiesMissNothing], 5,
            new Flaw { Recovering = (@event, isLast, _) => isLast && @event is not Opened ? null : @event }),
        new("UNREGISTER is answered and not written", [Invariant.UnregisteredStaysAway], 5,
            new Flaw { Writing = (events, owner) =>
                [.. events.Select(@event => @event is Unregistered ? new Opened(Guid.Empty, owner.State!.Namespace) : @event)] }),
        new("UNREGISTER of what an owner does not remember is answered without a look", [Invariant.UnregisteredStaysAway], 40,
            new Flaw { TakesItsMemoryForTheJournal = true })
        {
            Plan = OwnersAreReplacedForLong,
        },
        new("an owner that stopped keeps its place", [Invariant.AnswersAfterFaults], 5,
            new Flaw { StaysWhenStopped = true }),
        new("recovery changes a byte of a record", [Invariant.BytesAreIdentical], 5,
            new Flaw { Recovering =
                (@event, _, _) => @event is Registered registered
                    ? With(registered, envelope: Damaged(registered.Registration.Envelope))
                    : @event }),
    ];

    private static PlantedBug[] Time =>
    [
        new("reads the clock while applying an event", [Invariant.ExpiredIsNotFound], 5,
            new Flaw
            {
                Recovering = (@event, _, now) => @event switch
                {
                    Registered registered => With(registered, registeredAt: now.ToUnixTimeMilliseconds()),
                    Refreshed refreshed => refreshed with { RegisteredAtUnixMilliseconds = now.ToUnixTimeMilliseconds() },
                    _ => @event,
                },
            }),
        new("shows what has expired until it is swept", [Invariant.ExpiredIsNotFound], 5,
            new Flaw { ReadingAt = now => now.AddSeconds(-20) }),
        new("grants twice the time asked for", [Invariant.ExpiredIsNotFound], 5,
            new Flaw { Taking =
                (command, _) => command is RegisterCommand register ? register with { TtlSeconds = register.TtlSeconds * 2 } : command }),
        new("grants half the time asked for", [
            Invariant.AcknowledgedIsFound, Invariant.FoundEverywhere, Invariant.RetriesShortenNothing,
        ], 5,
            new Flaw { Taking =
                (command, _) => command is RegisterCommand register ? register with { TtlSeconds = register.TtlSeconds / 2 } : command }),
        new("never sweeps", [Invariant.NothingIsLeft], 5,
            new Flaw { Sweeps = false }),
        new("a replaced record expires its successor", [
            Invariant.AcknowledgedIsFound, Invariant.FoundEverywhere, Invariant.CookiesMissNothing,
        ], 5,
            new Flaw { Committed = ExpireWithoutLooking }),
    ];

    private static PlantedBug[] Copies =>
    [
        new("a copy gets a deadline of its own when it arrives", [
            Invariant.UnregisteredStaysAway, Invariant.RetriesShortenNothing, Invariant.ExpiredIsNotFound,
        ], 5,
            new Flaw { Taking = (command, owner) => WithDeadline(command, owner.Node.Clock + FrontEndDeadline) }),
        new("deadlines are not kept in the journal", Lost, 80,
            new Flaw
            {
                Writing = (events, _) => [.. events.Select(@event => @event switch
                {
                    Registered registered => With(registered, deadline: 0),
                    Refreshed refreshed => refreshed with { DeadlineUnixMilliseconds = 0 },
                    Unregistered unregistered => unregistered with { DeadlineUnixMilliseconds = 0 },
                    _ => @event,
                })],
            })
        {
            Plan = OwnersMoveWhileCopiesAreOnTheirWay,
        },
    ];

    private static Plan OwnersAreReplacedForLong(ulong seed) => PlanGenerator.Generate(seed, new SimulationSettings
    {
        Namespaces = 1,
        Peers = 4,
        Families = FaultFamilies.Nodes,
        Haste = 2,
        Only = [FaultKind.FalseSuspicion, FaultKind.Pause],
    });

    private static Plan OwnersMoveWhileCopiesAreOnTheirWay(ulong seed) => PlanGenerator.Generate(seed, new SimulationSettings
    {
        Namespaces = 1,
        Peers = 3,
        Families = FaultFamilies.Network | FaultFamilies.Nodes,
        Haste = 20,
        Only = [FaultKind.MessageDelayed, FaultKind.HandOff],
    });

    // As if read from the journal: an array of its own, one bit of which is not as it was.
    private static byte[] Damaged(byte[] envelope)
    {
        byte[] damaged = [.. envelope];
        damaged[^1] ^= 1;
        return damaged;
    }

    private static Registered With(Registered registered, byte[]? envelope = null, long? registeredAt = null, long? deadline = null)
    {
        StoredRegistration stored = registered.Registration;
        var changed = new StoredRegistration(
            stored.Peer,
            envelope ?? stored.Envelope,
            stored.Flavour,
            stored.RecordSequence,
            stored.Revision,
            (registeredAt ?? registered.RegisteredAtUnixMilliseconds) + (registered.TtlSeconds * 1000L),
            deadline ?? stored.DeadlineUnixMilliseconds,
            registered.TtlSeconds);
        return registered with { Registration = changed };
    }

    private static object WithDeadline(object command, DateTimeOffset deadline) => command switch
    {
        RegisterCommand register => register with { Deadline = deadline },
        UnregisterCommand unregister => unregister with { Deadline = deadline },
        DiscoverQuery query => query with { Deadline = deadline },
        _ => command,
    };

    // A timer for each registration, which nobody stops when the registration is replaced.
    private static void ExpireWithoutLooking(SimulatedOwner owner, IReadOnlyList<NamespaceEvent> events)
    {
        foreach (Registered registered in events.OfType<Registered>())
        {
            owner.Later(registered.TtlSeconds * 1000L, () => owner.TakeInternally(
                new UnregisterCommand(owner.State!.Namespace, registered.Registration.Peer, owner.Node.Clock + FrontEndDeadline)));
        }
    }
}
