namespace RendezvousCluster.Chaos.History;

/// <summary>What goes wrong.</summary>
internal enum FaultKind
{
    /// <summary>kill -9 of a node.</summary>
    Kill,

    /// <summary>kill -9 of the oldest node, which coordinates the others.</summary>
    KillOldest,

    /// <summary>SIGTERM of a node.</summary>
    Term,

    /// <summary>SIGTERM of the oldest node.</summary>
    TermOldest,

    /// <summary>SIGTERM and a new start of each node in turn.</summary>
    Rolling,

    /// <summary>SIGSTOP of a node for so long that it loses its place, then SIGCONT.</summary>
    Pause,

    /// <summary>SIGSTOP of a node for a moment, then SIGCONT.</summary>
    Blink,

    /// <summary>kill -9 of every node at once.</summary>
    All,

    /// <summary>PostgreSQL is killed, and started again.</summary>
    DatabaseKill,

    /// <summary>PostgreSQL is stopped in order, and started again.</summary>
    DatabaseStop,

    /// <summary>All of PostgreSQL stands still, and goes on.</summary>
    DatabaseStall,

    /// <summary>A standby that lags behind takes the place of PostgreSQL; some seconds later all nodes are killed.</summary>
    DatabasePromote,

    /// <summary>The same while a node ends in order, whose owners alone know what the standby lacks.</summary>
    DatabasePromoteTerm,

    /// <summary>PostgreSQL is restored to an earlier point in time; some seconds later all nodes are killed.</summary>
    DatabaseRestore,

    /// <summary>One node is cut off from the two others, both ways; the database and clients still reach all.</summary>
    Split,

    /// <summary>What a node sends to another vanishes; the way back is open.</summary>
    OneWay,

    /// <summary>Two nodes are cut off from each other; the third reaches both.</summary>
    Bridge,

    /// <summary>One node is cut off from the database only.</summary>
    DatabaseCut,

    /// <summary>One node is cut off from the others and from the database; clients still reach it.</summary>
    Isolate,

    /// <summary>The way between the nodes and the database is long.</summary>
    Latency,

    /// <summary>The wall clock of a node is off; it stepped there at the beginning, and steps on at the end.</summary>
    Clock,

    /// <summary>
    /// The wall clocks of nodes are off by hours or days, and step; a node leaves and starts again meanwhile. Nothing may follow from it.
    /// </summary>
    ClockFar,

    /// <summary>Several nodes join in the same moment, and leave again one after the other.</summary>
    JoinStorm,

    /// <summary>
    /// Two nodes stand still, the third is killed and started again, and the database ends all sessions: one founds beside two that live.
    /// </summary>
    FoundBeside,

    /// <summary>kill -9 of every node at once, and the first seed does not come back before the others serve.</summary>
    FirstSeedAway,

    /// <summary>A node ended though nobody ended it: it was taken for dead, as happens on a loaded machine.</summary>
    Lost,

    /// <summary>A node starts and joins: no fault, but shards move to it.</summary>
    Join,

    /// <summary>
    /// Several nodes in one process only: the network of a node swallows, delays or loses what is sent, or has put it out.
    /// </summary>
    Network,

    /// <summary>Several nodes in one process only: the journal fails an operation.</summary>
    Journal,
}
