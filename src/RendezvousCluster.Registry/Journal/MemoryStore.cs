using Akka.Configuration;

namespace RendezvousCluster.Registry.Journal;

/// <summary>Keeps everything in the memory of the actor system, and ends with it.</summary>
internal sealed class MemoryStore : IRegistryStore
{
    /// <summary>The settings of an actor system that keeps nothing; also those of a node without a store.</summary>
    internal static Config Settings => EmbeddedFile.ReadConfiguration(typeof(MemoryStore), "memory.conf");

    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public string Identity { get; } = Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public string? Place => null;

    /// <inheritdoc/>
    public Config Configuration => Settings;

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public IDatabaseServer? Server => null;

    /// <inheritdoc/>
    public Task<bool> AnswersAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc/>
    public Task<bool> TakesWritesAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
