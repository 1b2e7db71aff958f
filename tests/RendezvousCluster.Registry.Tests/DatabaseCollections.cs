using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests;

/// <summary>Tests that share one PostgreSQL server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<TestPostgres>
{
    public const string Name = "PostgreSQL";
}

/// <summary>Tests that share one MariaDB server.</summary>
[CollectionDefinition(Name)]
public sealed class MariaDbCollection : ICollectionFixture<TestMariaDb>
{
    public const string Name = "MariaDB";
}

/// <summary>
/// Tests that start whole nodes on a PostgreSQL server. With those above they would take minutes one after the other, most of which nodes
/// wait.
/// </summary>
[CollectionDefinition(Name)]
[TakesSeconds(60)]
public sealed class PostgresNodesCollection : ICollectionFixture<TestPostgres>
{
    public const string Name = "nodes on PostgreSQL";
}

/// <summary>Tests that start whole nodes on a MariaDB server.</summary>
[CollectionDefinition(Name)]
[TakesSeconds(60)]
public sealed class MariaDbNodesCollection : ICollectionFixture<TestMariaDb>
{
    public const string Name = "nodes on MariaDB";
}
