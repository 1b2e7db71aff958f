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
