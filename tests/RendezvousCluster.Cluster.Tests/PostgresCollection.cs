using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Tests that share one PostgreSQL server.</summary>
[CollectionDefinition(Name)]
public sealed class PostgresCollection : ICollectionFixture<TestPostgres>
{
    public const string Name = "PostgreSQL";
}
