using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests;

/// <summary>
/// A place for registrations that a test has for itself; several nodes may be started on it, one after the other or, if it is shared,
/// together.
/// </summary>
internal sealed class TestStore : IDisposable
{
    private readonly TemporaryDirectory? _directory;

    private TestStore(Action<RegistryOptions> configure, TemporaryDirectory? directory = null, TestDatabaseServer? server = null)
    {
        Configure = configure;
        _directory = directory;
        Server = server;
    }

    /// <summary>Makes a node keep its data there.</summary>
    public Action<RegistryOptions> Configure { get; }

    /// <summary>The server that it is on; null when it is on none.</summary>
    public TestDatabaseServer? Server { get; }

    /// <summary>Files in a folder of its own.</summary>
    public static TestStore Sqlite()
    {
        var directory = new TemporaryDirectory();
        return new TestStore(options => options.DataDirectory = directory.Path, directory);
    }

    /// <summary>The memory of the node, forgotten with it.</summary>
    public static TestStore Memory() => new(options => options.Storage = RegistryStorage.Memory);

    /// <summary>An empty database on a server.</summary>
    public static async Task<TestStore> OnAsync(TestDatabaseServer server)
    {
        string connectionString = await server.CreateDatabaseAsync();
        return new TestStore(
            options =>
            {
                options.Storage = server is TestPostgres ? RegistryStorage.Postgres : RegistryStorage.MySql;
                options.ConnectionString = connectionString;
            },
            server: server);
    }

    public void Dispose() => _directory?.Dispose();
}
