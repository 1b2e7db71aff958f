using System.Diagnostics;
using RendezvousCluster.Client;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Cli.Load;

/// <summary>
/// Runs a <see cref="LoadPlan"/>: all peers at once, each with one request under way, so that as many are under way as there are peers. An
/// error is counted, and the peer goes on. At the end each peer takes back what it has registered, or may have: a point that was measured
/// holds nothing of the run afterwards.
/// </summary>
internal sealed class LoadRun(
    LoadPlan plan, IReadOnlyList<RendezvousPoint> points, RecordFlavour flavour, int? serverPid, TimeProvider timeProvider)
    : IAsyncDisposable
{
    // Handshakes are dear: a few at a time, so that none of them runs into its time limit.
    private const int ConnectsAtOnce = 16;

    private static readonly TimeSpan ErrorPause = TimeSpan.FromMilliseconds(100);

    // js-libp2p takes five connections a second of one address.
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromMinutes(1);

    /// <summary>What taking the registrations back may take after a run to its end.</summary>
    internal static readonly TimeSpan CleanUpLimit = TimeSpan.FromMinutes(1);

    /// <summary>And once somebody wants it to stop: the process ends ten seconds after that.</summary>
    internal static readonly TimeSpan HurriedCleanUpLimit = TimeSpan.FromSeconds(7);

    private readonly LoadPeer[] _peers = new LoadPeer[plan.Peers];

    // By peer; each is used by that peer's work alone.
    private readonly HashSet<string>[] _registered = [.. Enumerable.Range(0, plan.Peers).Select(_ => new HashSet<string>())];

    /// <summary>
    /// Makes and connects the peers. The first must succeed at once; many servers take only a few of the others in a second.
    /// </summary>
    /// <exception cref="Libp2pException">A point cannot be dialled.</exception>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        await ConnectAsync(0, TimeSpan.Zero, cancellationToken);
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ConnectsAtOnce, CancellationToken = cancellationToken };
        await Parallel.ForAsync(1, plan.Peers, parallel, async (index, token) => await ConnectAsync(index, ConnectTimeout, token));
    }

    /// <summary>Runs one phase.</summary>
    public async Task<LoadResult> RunAsync(LoadPhase phase, CancellationToken cancellationToken)
    {
        ProcessCost? server = serverPid is { } before ? ProcessCost.Of(before) : null;
        var own = ProcessCost.Of(Environment.ProcessId);
        long began = timeProvider.GetTimestamp();
        Tally[] tallies = await Task.WhenAll(
            _peers.Select((_, index) => Task.Run(() => RunAsync(phase, index, began, cancellationToken), CancellationToken.None)));
        TimeSpan elapsed = timeProvider.GetElapsedTime(began);
        own = ProcessCost.Of(Environment.ProcessId).Since(own);
        server = serverPid is { } after ? ProcessCost.Of(after).Since(server!.Value) : null;
        var latencies = new LatencyHistogram();
        foreach (Tally tally in tallies)
        {
            latencies.Add(tally.Latencies);
        }

        return new LoadResult(
            phase,
            latencies.Count,
            tallies.Sum(tally => tally.Errors),
            tallies.Select(tally => tally.FirstError).FirstOrDefault(error => error is not null),
            tallies.Sum(tally => tally.Found),
            elapsed,
            latencies.Percentile(0.5),
            latencies.Percentile(0.99),
            own.Cpu,
            server);
    }

    /// <summary>Takes back what the peers have registered, all peers at once.</summary>
    /// <param name="cancellationToken">Somebody wants it to stop: it hurries.</param>
    /// <returns>How many registrations are left, because there was no time or no answer.</returns>
    public async Task<int> CleanUpAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(CleanUpLimit, timeProvider);
        await using CancellationTokenRegistration hurry = cancellationToken.UnsafeRegister(
            _ => limit.CancelAfter(HurriedCleanUpLimit), null);
        int[] left = await Task.WhenAll(
            _registered.Select((names, index) => Task.Run(() => CleanUpAsync(_peers[index], names, limit.Token), CancellationToken.None)));
        return left.Sum();
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_peers.Select(peer => peer?.DisposeAsync().AsTask() ?? Task.CompletedTask));

    private async Task<Tally> RunAsync(LoadPhase phase, int index, long began, CancellationToken cancellationToken)
    {
        var tally = new Tally();
        var walk = new Walk(plan, index);
        for (long number = 0; GoesOn(phase, number, began, cancellationToken); number++)
        {
            long asked = timeProvider.GetTimestamp();
            try
            {
                tally.Found += await OperateAsync(phase, index, index + number, walk, cancellationToken);
                tally.Latencies.Add(timeProvider.GetElapsedTime(asked));
            }
            catch (LoadRefusedException exception)
            {
                tally.Count(exception);
            }
            catch (Exception exception) when (exception is Libp2pException or TimeoutException)
            {
                tally.Count(exception);
                await PauseAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break; // what was done so far counts
            }
        }

        return tally;
    }

    // A point that does not answer a peer once answers it no better the next time, and others have its time.
    private static async Task<int> CleanUpAsync(LoadPeer peer, HashSet<string> names, CancellationToken cancellationToken)
    {
        int left = names.Count;
        try
        {
            foreach (string ns in names)
            {
                await peer.UnregisterAsync(ns, cancellationToken);
                left--;
            }
        }
        catch (Exception exception) when (exception is Libp2pException or TimeoutException or OperationCanceledException)
        {
            return left;
        }

        return left;
    }

    private async Task ConnectAsync(int index, TimeSpan timeout, CancellationToken cancellationToken)
    {
        LoadPeer peer = _peers[index] = new LoadPeer(plan.StreamPerRequest, flavour);
        long began = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                await peer.ConnectAsync(points[index % points.Count], cancellationToken);
                return;
            }
            catch (Exception exception) when (exception is Libp2pException or TimeoutException
                && timeProvider.GetElapsedTime(began) < timeout)
            {
                await PauseAsync(cancellationToken);
            }
        }
    }

    // A point that is gone would be dialled as fast as the machine can.
    private async Task PauseAsync(CancellationToken cancellationToken) =>
        await Task.Delay(ErrorPause, timeProvider, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

    // Registering has an end of its own; the others go on while there is time, and have done something however late they came to begin. One
    // that is cut short by Ctrl-C has its result all the same.
    private bool GoesOn(LoadPhase phase, long number, long began, CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested
        && (phase == LoadPhase.Register ? number < plan.Namespaces : number == 0 || timeProvider.GetElapsedTime(began) < plan.Duration);

    private async Task<int> OperateAsync(LoadPhase phase, int index, long number, Walk walk, CancellationToken cancellationToken)
    {
        LoadPeer peer = _peers[index];
        switch (phase)
        {
            case LoadPhase.Register or LoadPhase.Refresh:
                string ns = plan.Namespace(number);
                bool isNew = _registered[index].Add(ns); // before it is known: without an answer it may be registered all the same
                try
                {
                    await peer.RegisterAsync(ns, plan.TtlSeconds, cancellationToken);
                    return 0;
                }
                catch (LoadRefusedException) when (isNew)
                {
                    _registered[index].Remove(ns);
                    throw;
                }
            case LoadPhase.Discover:
                return (await peer.DiscoverAsync(plan.Namespace(number), plan.Limit, default, cancellationToken)).Found;
            case LoadPhase.Walk:
                (int found, ReadOnlyMemory<byte> cookie) =
                    await peer.DiscoverAsync(walk.Namespace, plan.Limit, walk.Cookie, cancellationToken);
                walk.Took(found, cookie);
                return found;
            default:
                throw new UnreachableException();
        }
    }

    private sealed class Tally
    {
        public LatencyHistogram Latencies { get; } = new();

        public long Errors { get; private set; }

        public string? FirstError { get; private set; }

        public long Found { get; set; }

        public void Count(Exception error)
        {
            Errors++;
            FirstError ??= error.Message;
        }
    }

    /// <summary>Where a peer is in its walk.</summary>
    private sealed class Walk(LoadPlan plan, long first)
    {
        private long _number = first;

        public string Namespace => plan.Namespace(_number);

        public ReadOnlyMemory<byte> Cookie { get; private set; }

        public void Took(int found, ReadOnlyMemory<byte> cookie)
        {
            bool isEnd = found == 0 || cookie.IsEmpty || cookie.Span.SequenceEqual(Cookie.Span);
            Cookie = isEnd ? default : cookie;
            _number += isEnd ? 1 : 0;
        }
    }
}
