using System.Data.Common;
using LinqToDB;
using LinqToDB.Data;
using Microsoft.Data.Sqlite;
using Npgsql;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests;

/// <summary>Opens the tables of a store with linq2db, by which tests and the persistence plugin put queries together.</summary>
internal static class StoreTables
{
    /// <summary>A connection to its tables.</summary>
    internal static DataConnection Connect(this StoreDatabase database) => new(database.ToDataOptions());

    /// <summary>How to open one.</summary>
    internal static DataOptions ToDataOptions(this StoreDatabase database)
    {
        using DbConnection connection = database.NewConnection();
        string provider = connection switch
        {
            SqliteConnection => ProviderName.SQLiteMS,
            NpgsqlConnection => ProviderName.PostgreSQL15,
            _ => ProviderName.MySql57MySqlConnector,
        };
        return new DataOptions().UseConnectionString(provider, connection.ConnectionString);
    }
}
