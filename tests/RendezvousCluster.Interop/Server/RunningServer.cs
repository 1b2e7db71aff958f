using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Interop.Server;

/// <summary>One server for all tests of a class. They keep apart by namespace.</summary>
public abstract class RunningServer(params string[] options) : IAsyncLifetime, IDisposable
{
    private readonly TemporaryFolder _data = new();

    internal ServerProcess Server { get; private set; } = null!;

    /// <summary>A namespace that no other test uses.</summary>
    internal static string NewNamespace() => $"interop-{Guid.NewGuid():N}";

    public async Task InitializeAsync() => Server = await ServerProcess.StartAsync(_data, options);

    public async Task DisposeAsync()
    {
        if (Server is not null)
        {
            await Server.DisposeAsync();
        }
    }

    public void Dispose()
    {
        _data.Dispose();
        GC.SuppressFinalize(this);
    }
}

/// <summary>It grants short TTLs, as canvas's users and tests want them.</summary>
public sealed class ServerWithShortTtls() : RunningServer("--min-ttl", "1");

/// <summary>It lets clients of the first schema register.</summary>
public sealed class ServerWithUnsignedRegistrations() : RunningServer("--allow-unsigned-registrations");

/// <summary>It has the limits that the table of bad inputs is written for.</summary>
public sealed class ServerWithDefaults() : RunningServer();
