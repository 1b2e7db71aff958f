namespace RendezvousCluster.Chaos.Checking;

/// <summary>What is promised; the numbers are those of the design.</summary>
/// <remarks>The simulation has a list of its own: number 0 is another promise there, since only inside can be seen what is thrown, and only
/// from here what is refused.</remarks>
internal enum Invariant
{
    /// <summary>Nothing is refused that is in order, and no node answers that it has an error.</summary>
    NothingIsRefused = 0,

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

    /// <summary>Pages have their limits, and peers their quotas.</summary>
    LimitsHold = 8,

    /// <summary>When nothing goes wrong any more, every namespace answers at every node.</summary>
    AnswersAfterFaults = 9,

    /// <summary>When everything has expired nothing is left of it, on disk and in memory.</summary>
    NothingIsLeft = 10,

    /// <summary>Records come back byte by byte.</summary>
    BytesAreIdentical = 11,

    /// <summary>A journal has one writer at a time.</summary>
    OneWriter = 12,
}
