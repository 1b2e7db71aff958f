using Akka.Configuration;
using LinqToDB;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Journal;

/// <summary>Keeps everything in the memory of the actor system, and ends with it.</summary>
internal sealed class MemoryStore : IRegistryStore
{
    /// <inheritdoc/>
    public bool IsShared => false;

    /// <inheritdoc/>
    public string Identity { get; } = Guid.NewGuid().ToString("N");

    /// <inheritdoc/>
    public string? Place => null;

    /// <inheritdoc/>
    public Config Configuration => RegistryConfiguration.Read("memory.conf");

    /// <inheritdoc/>
    public DataOptions? JournalData => null;

    /// <inheritdoc/>
    public DataOptions? SnapshotData => null;

    /// <inheritdoc/>
    public Task PrepareAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public MemberLock? MembersOf(ILogger logger) => null;

    /// <inheritdoc/>
    public Task<bool> AnswersAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc/>
    public Task<bool> TakesWritesAsync(CancellationToken cancellationToken) => Task.FromResult(true);

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
