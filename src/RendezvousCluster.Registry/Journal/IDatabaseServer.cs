using System.Data.Common;

namespace RendezvousCluster.Registry.Journal;

/// <summary>What differs between the database servers that a cluster can share.</summary>
internal interface IDatabaseServer
{
    /// <summary>What statements differ by.</summary>
    StoreDialect Dialect => StoreDialect.Standard;

    /// <summary>As <see cref="IRegistryStore.FreesRowsOfLostNodes"/>.</summary>
    bool FreesRowsOfLostNodes { get; }

    /// <summary>The file of the actor system's settings, beside this one.</summary>
    string ConfigurationFile { get; }

    /// <summary>How to open a connection, with our defaults beside what the operator gave. Holds the password: never shown.</summary>
    string ConnectionString { get; }

    /// <summary>Host, port and database, to name it in messages.</summary>
    string Place { get; }

    /// <summary>A connection, not open yet, from the pool that the persistence plugin uses too.</summary>
    DbConnection CreateConnection();

    /// <summary>A connection, not open yet, that nobody uses afterwards: its locks and settings end with it.</summary>
    DbConnection CreateSession();

    /// <summary>
    /// Makes the tables that are missing. Nodes that start together do it one after the other; a user who may not create tables is fine
    /// once they are there.
    /// </summary>
    /// <exception cref="RegistryStartException">A setting of the server cannot work.</exception>
    Task CreateTablesAsync(DbConnection connection, CancellationToken cancellationToken);

    /// <summary>Lets the server end a session from which it has not heard for some time, with the locks that it holds.</summary>
    /// <param name="connection">The session, open and used for locks only.</param>
    /// <param name="longestSilence">For how long it may say nothing.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task LimitSilenceAsync(DbConnection connection, TimeSpan longestSilence, CancellationToken cancellationToken);

    /// <summary>Takes a lock that several members hold at the same time, each as long as its session lives.</summary>
    /// <param name="connection">The session.</param>
    /// <param name="store">The identity of the store: databases on the same server do not share it.</param>
    /// <param name="cancellationToken">Ends the attempt.</param>
    Task EnterMemberAsync(DbConnection connection, string store, CancellationToken cancellationToken);

    /// <summary>Takes the lock that one session alone can hold, as long as it lives, if it is free. Not to be called twice.</summary>
    Task<bool> TryTakeSeatAsync(DbConnection connection, string store, CancellationToken cancellationToken);

    /// <summary>Releases what <see cref="TryTakeSeatAsync"/> took.</summary>
    Task LeaveSeatAsync(DbConnection connection, string store, CancellationToken cancellationToken);

    /// <summary>Whether any session holds the lock of members.</summary>
    Task<bool> HasMembersAsync(DbConnection connection, string store, CancellationToken cancellationToken);

    /// <summary>How many sessions hold the lock of members, as far as the server shows it.</summary>
    Task<int> CountMembersAsync(DbConnection connection, string store, CancellationToken cancellationToken);

    /// <summary>
    /// Which instance answers, as server and timeline in the two columns of one row; no row when it cannot say, as a copy of another one
    /// cannot. Null where servers have no such thing.
    /// </summary>
    string? InstanceQuery => null;

    /// <summary>One line on a failure of the server or on the way to it: what to look at, without secrets.</summary>
    string Explain(Exception exception);

    /// <summary>Closes the connections that wait for reuse.</summary>
    void ClearPool();
}
