using System.Runtime.CompilerServices;
using System.Threading.Channels;
using RendezvousCluster.Client.Errors;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Discovery;

/// <summary>
/// Reads from all points at once and hands out their pages in portions. The first portion waits, for a moment at most, until each point has
/// shown its first page or failed: points that are well answer at once, and what they agree on is then merged before anybody sees it. Those
/// that are left alone after failures are not asked, unless all are.
/// </summary>
internal sealed class PointsReader
{
    private readonly PointReader[] _readers;
    private readonly ClientContext _context;
    private readonly int _capacity;

    public PointsReader(IEnumerable<PointClient> points, RendezvousNamespace? ns, int pageLimit, ClientContext context)
    {
        _readers = [.. points.Select(point => new PointReader(point, ns, pageLimit, context))];
        _context = context;
        _capacity = Math.Max(context.Limits.MaxWaitingPages, _readers.Length); // a first page of each, so that none waits for another
    }

    /// <summary>One walk at every point.</summary>
    /// <exception cref="RendezvousException">All points failed and none had shown a page. The failure of some is not an error.</exception>
    public async IAsyncEnumerable<IReadOnlyList<DiscoverPage>> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var walks = new Walks(Channel.CreateBounded<DiscoverPage>(_capacity));
        Task end = RunAsync(walks, stop.Token);
        try
        {
            await WaitForFirstPagesAsync(walks, cancellationToken).ConfigureAwait(false);
            walks.Release();
            bool any = false;
            while (await walks.Pages.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false))
            {
                any = true;
                yield return Portion(walks.Pages.Reader);
            }

            if (!any && walks.Failures.Count > 0)
            {
                throw AllPointsFailedException.Of(walks.Failures);
            }
        }
        finally
        {
            await stop.CancelAsync().ConfigureAwait(false);
            await end.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private List<DiscoverPage> Portion(ChannelReader<DiscoverPage> pages)
    {
        var portion = new List<DiscoverPage>();
        while (portion.Count < _capacity && pages.TryRead(out DiscoverPage? page))
        {
            portion.Add(page);
        }

        return portion;
    }

    // Never throws: the channel carries how it ended.
    private async Task RunAsync(Walks walks, CancellationToken cancellationToken)
    {
        DateTimeOffset now = _context.Clock.Now;
        PointReader[] asked = [.. _readers.Where(reader => !reader.Point.Health.IsBackingOff(now))];
        bool insist = asked.Length == 0;
        asked = insist ? _readers : asked;
        walks.Expect(asked.Length);
        Task all = Task.WhenAll(asked.Select(reader => WalkAsync(reader, insist, walks, cancellationToken)));
        await all.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        walks.Pages.Writer.TryComplete(
            all.Exception?.InnerException ?? (all.IsCanceled ? new OperationCanceledException(cancellationToken) : null));
    }

    private static async Task WalkAsync(PointReader reader, bool insist, Walks walks, CancellationToken cancellationToken)
    {
        bool isFirst = true;
        try
        {
            await foreach (DiscoverPage page in reader.ReadAsync(insist, cancellationToken).ConfigureAwait(false))
            {
                await walks.Pages.Writer.WriteAsync(page, cancellationToken).ConfigureAwait(false);
                if (isFirst)
                {
                    // The first portion has room for one page of each: a quick point must not take a slow one's place.
                    isFirst = false;
                    walks.Heard();
                    await walks.Released.WaitAsync(cancellationToken).ConfigureAwait(false);
                }
            }
        }
        catch (RendezvousException exception)
        {
            walks.Add(exception);
        }
        finally
        {
            if (isFirst)
            {
                walks.Heard();
            }
        }
    }

    private async Task WaitForFirstPagesAsync(Walks walks, CancellationToken cancellationToken)
    {
        if (_context.Limits.MergeWindow > TimeSpan.Zero)
        {
            try
            {
                await walks.HeardOfAll.WaitAsync(_context.Limits.MergeWindow, _context.TimeProvider, cancellationToken)
                    .ConfigureAwait(false);
            }
            catch (TimeoutException)
            {
                return; // the slow ones are merged in as they come
            }
        }
    }

    /// <summary>What the walks have in common.</summary>
    private sealed class Walks(Channel<DiscoverPage> pages)
    {
        private readonly TaskCompletionSource _heardOfAll = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _silent;

        public Channel<DiscoverPage> Pages => pages;

        /// <summary>Read it when the channel is complete.</summary>
        public List<RendezvousException> Failures { get; } = [];

        /// <summary>Completes when each point has shown its first page or failed.</summary>
        public Task HeardOfAll => _heardOfAll.Task;

        /// <summary>Completes when the first portion is on its way, and the walks may go on.</summary>
        public Task Released => _released.Task;

        public void Release() => _released.TrySetResult();

        public void Expect(int points) => _silent = points;

        public void Heard()
        {
            if (Interlocked.Decrement(ref _silent) == 0)
            {
                _heardOfAll.TrySetResult();
            }
        }

        public void Add(RendezvousException failure)
        {
            lock (Failures)
            {
                Failures.Add(failure);
            }
        }
    }
}
