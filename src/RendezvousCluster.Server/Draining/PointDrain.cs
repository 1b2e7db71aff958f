using Microsoft.Extensions.Options;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Draining;

/// <summary>
/// Takes the whole point out of service and back, while its process runs on.
///
/// Rules. First the node reports that it is not ready, so that load balancers send peers elsewhere, and hands its shards over; meanwhile it
/// serves its peers as before. When it has none left, or nobody else can take them, or <see cref="LongestHandOver"/> is over, it ends the
/// connections of its peers (<see cref="PeerGoodbye"/>). Then it is drained, and can be stopped, or put back. One drain runs at a time;
/// to ask for it again changes nothing.
/// </summary>
internal sealed partial class PointDrain(
    IServiceProvider services,
    IOptions<ServerOptions> options,
    PeerGoodbye goodbye,
    INodeDrain registry,
    IRegistryInspection inspection,
    ILogger<PointDrain> logger) : IDisposable
{
    /// <summary>Twenty shards a second move at most; the rest is for a busy database.</summary>
    internal static readonly TimeSpan LongestHandOver = TimeSpan.FromMinutes(2);

    /// <summary>For requests under way: twice the time that one may take.</summary>
    internal static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private CancellationTokenSource? _cancel;
    private Task _run = Task.CompletedTask;
    private long _startedAt;
    private volatile DrainStatus _status = DrainStatus.InService;

    /// <summary>How far it is.</summary>
    public DrainStatus Status => _status;

    // A node without peers has no host, which would want an identity.
    private Libp2pHost? Host => options.Value.IsFrontEnd ? services.GetRequiredService<Libp2pHost>() : null;

    /// <summary>Takes the point out of service; what comes of it shows in <see cref="Status"/>.</summary>
    public async Task BeginAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_cancel is null)
            {
                _cancel = new CancellationTokenSource();
                _startedAt = TimeProvider.System.GetTimestamp();
                registry.Begin();
                Report(DrainStatus.HandingOver, shards: 0);
                _run = RunAsync(_cancel.Token);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Puts the point back into service.</summary>
    /// <exception cref="TransportException">An address of the point is taken by now; it stays out of service.</exception>
    public async Task UndoAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (_cancel is null)
            {
                return;
            }

            await _cancel.CancelAsync();
            await _run;
            if (Host is { } host)
            {
                await host.ResumeListeningAsync(cancellationToken);
            }

            registry.Undo();
            _cancel.Dispose();
            _cancel = null;
            _status = DrainStatus.InService;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _cancel?.Cancel();
        _cancel?.Dispose();
        _turn.Dispose();
    }

    // Does not throw: nobody waits for it but UndoAsync.
    private async Task RunAsync(CancellationToken undone)
    {
        try
        {
            int left = await HandOverAsync(undone);
            Report(DrainStatus.Closing, left);
            int cut = 0;
            if (Host is { } host)
            {
                using var limit = CancellationTokenSource.CreateLinkedTokenSource(undone);
                limit.CancelAfter(LongestGoodbye);
                cut = await goodbye.SayAsync(host, waitForHandshakes: true, limit.Token);
            }

            Report(DrainStatus.Drained, left, cut);
            LogDrained(logger, _status.Seconds, left, cut);
        }
        catch (OperationCanceledException) when (undone.IsCancellationRequested)
        {
            return; // the operator has changed his mind
        }
        catch (Exception exception)
        {
            _status = _status with { State = DrainStatus.Failed, Trouble = "the log says why" };
            LogFailed(logger, exception);
        }
    }

    private async Task<int> HandOverAsync(CancellationToken undone)
    {
        while (true)
        {
            int shards = await CountShardsAsync(undone);
            Report(DrainStatus.HandingOver, shards);
            if (shards == 0 || !CanBeTaken() || TimeProvider.System.GetElapsedTime(_startedAt) > LongestHandOver)
            {
                return shards;
            }

            await Task.Delay(LookInterval, TimeProvider.System, undone);
        }
    }

    private bool CanBeTaken() =>
        inspection.Members.Any(member => !member.IsSelf && member.State == "up" && member.Roles.Contains("registry"));

    // The ledger's stay until the node leaves: they would forget what they count.
    private async Task<int> CountShardsAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<NodeShards> regions = await inspection.FindShardsAsync(cancellationToken);
        return regions.Where(region => region.Region is "namespace" or "directory").Sum(region => region.Shards.Count);
    }

    private void Report(string state, int shards, int cut = 0) => _status = new DrainStatus(
        state,
        shards,
        Host?.Connections.Count ?? 0,
        cut,
        Math.Round(TimeProvider.System.GetElapsedTime(_startedAt).TotalSeconds, 1),
        null);

    [LoggerMessage(
        3130,
        LogLevel.Warning,
        "This node is drained, after {Seconds} s: it has {Shards} shards of namespaces left, and {Requests} requests were cut")]
    private static partial void LogDrained(ILogger logger, double seconds, int shards, int requests);

    [LoggerMessage(3131, LogLevel.Error, "This node could not be drained")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
