namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// Gives memory back to the system after a flood. The memory that a flood of peers took is garbage when their connections have ended, but
/// the runtime keeps it: without traffic nothing collects it, and a collection beside running threads returns next to none
/// (docs/internals/decisions/0024). One full collection that compacts returns nearly all, and stops the node for a few tenths of a second;
/// so there is one after a flood, and none without.
/// </summary>
internal sealed partial class MemoryReturn(Func<long> heldBytes, Action collect, TimeProvider timeProvider, ILogger<MemoryReturn> logger)
    : IHostedService, IDisposable
{
    /// <summary>Between two looks: shorter than any flood that holds memory.</summary>
    public static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private const long BytesPerMib = 1024 * 1024;

    private readonly MemoryReturnPolicy _policy = new();
    private ITimer? _timer;

    /// <summary>Collects everything, compacts it and gives the rest back to the system.</summary>
    public static void CollectAll() => GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _timer = timeProvider.CreateTimer(static state => ((MemoryReturn)state!).Look(), this, Interval, Interval);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken)
    {
        Dispose();
        return Task.CompletedTask;
    }

    public void Dispose() => _timer?.Dispose();

    private void Look()
    {
        long peak;
        lock (_policy)
        {
            peak = _policy.PeakBytes;
            if (!_policy.ShouldCollect(heldBytes(), timeProvider.GetTimestamp(), timeProvider))
            {
                return;
            }
        }

        long began = timeProvider.GetTimestamp();
        collect();
        double milliseconds = timeProvider.GetElapsedTime(began).TotalMilliseconds;
        LogCollected(logger, peak / BytesPerMib, milliseconds);
    }

    [LoggerMessage(
        3112,
        LogLevel.Information,
        "Peers made this node hold {PeakMib} MiB, which are gone; a full collection gave memory back to the system and took "
        + "{Milliseconds:0} ms")]
    private static partial void LogCollected(ILogger logger, long peakMib, double milliseconds);
}
