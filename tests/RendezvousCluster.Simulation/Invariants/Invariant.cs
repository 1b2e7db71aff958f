namespace RendezvousCluster.Simulation.Invariants;

/// <summary>What is promised; the numbers are those of the design.</summary>
/// <remarks>Runs with real processes have a list of their own: number 0 is another promise there, since only here can be seen what is
/// thrown, and only from outside what is refused.</remarks>
internal enum Invariant
{
    /// <summary>Nothing that the code itself takes for impossible happens.</summary>
    NothingThrows = 0,

    /// <summary>What is acknowledged and has not expired is found.</summary>
    AcknowledgedIsFound = 1,

    /// <summary>What has expired is not found, and nothing lives longer than it was granted.</summary>
    ExpiredIsNotFound = 2,

    /// <summary>Namespaces do not leak into one another.</summary>
    NamespacesAreApart = 3,

    /// <summary>What was taken back does not come back.</summary>
    UnregisteredStaysAway = 4,

    /// <summary>A client that follows by cookies misses nothing and, without faults, receives nothing twice.</summary>
    CookiesMissNothing = 5,

    /// <summary>An older command never shortens what a newer one granted.</summary>
    RetriesShortenNothing = 6,

    /// <summary>What is registered at one node is found at every other.</summary>
    FoundEverywhere = 7,

    /// <summary>Pages and quotas have their limits.</summary>
    LimitsHold = 8,

    /// <summary>When nothing goes wrong any more, everything answers.</summary>
    AnswersAfterFaults = 9,

    /// <summary>When everything has expired nothing is left.</summary>
    NothingIsLeft = 10,

    /// <summary>Records come back byte by byte.</summary>
    BytesAreIdentical = 11,

    /// <summary>A journal has one writer at a time.</summary>
    OneWriter = 12,

    /// <summary>A namespace whose listing was confirmed is listed until the time of that is over.</summary>
    ListedIsFound = 13,

    /// <summary>A registration is written only while the directory lists its namespace for at least as long.</summary>
    RegisteredIsListed = 14,
}
