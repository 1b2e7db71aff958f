using System.Data;
using Akka.Configuration;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Where the events and snapshots of a node are kept: how the persistence plugin is set up for it, and how it is opened, looked after and
/// closed. Disposing of it closes it; what was prepared halfway is closed too.
/// </summary>
internal interface IRegistryStore : IDisposable
{
    /// <summary>Whether several nodes can keep their data in it together.</summary>
    bool IsShared { get; }

    /// <summary>
    /// Whether another node can go on writing what a node wrote that was cut off from the store in the midst of a transaction. Where it
    /// cannot, the rows of that transaction stay locked, and moving entities to another node helps nobody.
    /// </summary>
    bool FreesRowsOfLostNodes => false;

    /// <summary>Which store it is: two nodes that see the same keep their data together. Known once it is prepared.</summary>
    string Identity { get; }

    /// <summary>Where that is, for the log; never with a secret. Null: only in memory.</summary>
    string? Place { get; }

    /// <summary>The actor system's settings for it. Connection strings are not among them: they come with the data options.</summary>
    Config Configuration { get; }

    /// <summary>The database with the events; null when the store is not a database.</summary>
    StoreDatabase? Events => null;

    /// <summary>The database with the snapshots, which may be another one.</summary>
    StoreDatabase? Snapshots => null;

    /// <summary>What rows of journals are written with, once it is prepared.</summary>
    /// <param name="isolation">Of the transactions, where the database has several kinds.</param>
    IJournalTransactions NewTransactions(IsolationLevel isolation) => Events is { } events
        ? new ServerTransactions(events, isolation)
        : throw new InvalidOperationException("The store is not a database.");

    /// <summary>What the last look at it failed with, in one line without secrets; null when it did not fail, or nobody looked.</summary>
    string? Trouble => null;

    /// <summary>
    /// What has become of the place where the data is, in one sentence, when writes go on and are lost all the same: a file that was
    /// deleted or replaced while it was open; null when nothing has. Costs next to nothing, to be asked with each commit.
    /// </summary>
    string? Fault => null;

    /// <summary>What answered the last look at it; null when nobody can say.</summary>
    StoreInstance? Instance => null;

    /// <summary>What an operator should know of how it was found, a sentence each; to be read once it is prepared.</summary>
    IReadOnlyList<string> Remarks => [];

    /// <summary>
    /// Opens it once and makes what is missing, so that an operator learns at the start what is wrong. To be called first.
    /// </summary>
    /// <exception cref="RegistryStartException">It cannot be used; the message says why in one line, without secrets.</exception>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Looks through all of it for what is damaged below the rows: a sentence each. Takes as long as reading it all. Once it is prepared.
    /// </summary>
    Task<IReadOnlyList<string>> FindDamageAsync(CancellationToken cancellationToken) => Task.FromResult<IReadOnlyList<string>>([]);

    /// <summary>The server that it is on, where members can make themselves known; null when it has one node only.</summary>
    IDatabaseServer? Server { get; }

    /// <summary>Whether it answers now. Does not throw for what the store does, but when it is cancelled.</summary>
    Task<bool> AnswersAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Whether it takes a write now: one is committed that leaves nothing behind. Does not throw for what the store does, but when it is
    /// cancelled.
    /// </summary>
    Task<bool> TakesWritesAsync(CancellationToken cancellationToken);
}
