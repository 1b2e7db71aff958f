using System.Text;
using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Chaos.Load;

/// <summary>
/// A peer in one namespace: registers, takes it back, reads and follows, one thing after the other, and writes down what it did and heard.
/// It tries a failed request at another node, and leaves a node that it cannot reach alone for a moment.
/// </summary>
internal sealed class LoadClient(
    ILoadPlan plan, int ns, int peer, IReadOnlyList<ClusterNode> nodes, RecordBook book, HistoryRecorder recorder) : IAsyncDisposable
{
    private const int MaxPages = 100;

    // How long a node that failed is avoided, in milliseconds.
    private const long Avoidance = 1_000;

    private readonly byte[] _name = Encoding.UTF8.GetBytes(RecordBook.Name(ns));
    private readonly WireClient _wire = new();
    private readonly long[] _avoidedUntil = new long[nodes.Count];
    private ReadOnlyMemory<byte> _cookie;
    private byte[] _record = [];
    private int _version;

    /// <summary>Works until it is stopped; what is under way then is brought to its end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Renew();
        using var timer = new PeriodicTimer(plan.Pace);
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            int node = plan.Node(index => _avoidedUntil[index] > recorder.Now);
            if (!await TryAsync(node, plan.Next()))
            {
                _avoidedUntil[node] = recorder.Now + Avoidance;
            }
        }
    }

    /// <summary>Registers and reads at a node, again and again until both succeed or the time is up; the history tells.</summary>
    public async Task ConfirmAsync(int node, TimeSpan limit)
    {
        long end = recorder.Now + (long)limit.TotalMilliseconds;
        using var timer = new PeriodicTimer(plan.Pace);
        foreach (LoadStep step in new[] { LoadStep.Refresh, LoadStep.Discover, LoadStep.Follow })
        {
            while (!await TryAsync(node, step) && recorder.Now < end)
            {
                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private Task<bool> TryAsync(int node, LoadStep step) => step switch
    {
        LoadStep.Refresh => RegisterAsync(node),
        LoadStep.Renew => RenewAsync(node),
        LoadStep.Unregister => UnregisterAsync(node),
        LoadStep.Discover => ReadAsync(node, follows: false),
        _ => ReadAsync(node, follows: true),
    };

    private void Renew()
    {
        _version++;
        _record = _wire.Peer.Record((ulong)_version, addresses: $"/ip4/10.{ns}.{peer >> 8}.{peer & 255}/tcp/{_version % 60_000 + 1}");
        book.Add(_record, ns, peer, _version);
    }

    private Task<bool> RenewAsync(int node)
    {
        Renew();
        return RegisterAsync(node);
    }

    private async Task<bool> RegisterAsync(int node)
    {
        long ttl = plan.Ttl();
        var request = new RegisterRequest(_name, _record, (ulong)ttl);
        return await WriteAsync(node, _version, ttl, async () =>
        {
            RegisterResponse response = await _wire.AskAsync<RegisterResponse>(node, nodes[node].Address, request);
            return response.Status == RendezvousStatus.Ok && response.TtlSeconds != (ulong)ttl
                ? (RendezvousStatus.InvalidTtl, $"{response.TtlSeconds} s are granted where {ttl} s were asked for")
                : (response.Status, $"{response.Status}: {response.StatusText}");
        });
    }

    private async Task<bool> UnregisterAsync(int node) => await WriteAsync(node, RegistryWrite.Unregister, 0, async () =>
    {
        await _wire.TellAsync(node, nodes[node].Address, new UnregisterRequest(_name));
        return (RendezvousStatus.Ok, "");
    });

    private async Task<bool> WriteAsync(int node, int version, long ttl, Func<Task<(RendezvousStatus Status, string Detail)>> ask)
    {
        long invoked = recorder.Now;
        Outcome outcome;
        string detail;
        try
        {
            (RendezvousStatus status, detail) = await ask();
            outcome = OutcomeOf(status);
        }
        catch (NotSentException)
        {
            return false;
        }
        catch (NoAnswerException exception)
        {
            (outcome, detail) = (Outcome.Unknown, exception.Message);
        }

        recorder.Add(
            new RegistryWrite(ns, peer, node, version, ttl * 1000, invoked, recorder.Now, outcome, outcome == Outcome.Ok ? "" : detail));
        return outcome == Outcome.Ok;
    }

    private async Task<bool> ReadAsync(int node, bool follows)
    {
        long invoked = recorder.Now;
        int limit = plan.Limit();
        ReadOnlyMemory<byte> cookie = follows ? _cookie : default;
        var pages = new List<ReadPage>();
        Outcome outcome = Outcome.Unknown;
        string detail = "more pages than there can be";
        bool refused = false;
        try
        {
            while (pages.Count < MaxPages)
            {
                long asked = recorder.Now;
                DiscoverResponse page =
                    await _wire.AskAsync<DiscoverResponse>(node, nodes[node].Address, new DiscoverRequest(_name, (ulong)limit, cookie));
                refused = page.Status == RendezvousStatus.InvalidCookie;
                if (page.Status != RendezvousStatus.Ok)
                {
                    (outcome, detail) = (refused ? Outcome.Unknown : OutcomeOf(page.Status), $"{page.Status}: {page.StatusText}");
                    break;
                }

                pages.Add(new ReadPage(asked, recorder.Now, [.. page.Registrations.Select(book.Read)]));
                cookie = page.Cookie;
                if (page.Registrations.Count < limit)
                {
                    (outcome, detail) = (Outcome.Ok, "");
                    break;
                }
            }
        }
        catch (NotSentException) when (pages.Count == 0)
        {
            return false;
        }
        catch (Exception exception) when (exception is NotSentException or NoAnswerException)
        {
            detail = exception.Message;
        }

        _cookie = !follows ? _cookie : refused ? default : cookie;
        recorder.Add(new RegistryRead(ns, peer, node, limit, follows, invoked, recorder.Now, outcome, refused, pages, detail));
        return outcome == Outcome.Ok;
    }

    /// <summary>
    /// What a status says. An internal error leaves the outcome open too; that there was one, the checker sees from the detail.
    /// </summary>
    internal static Outcome OutcomeOf(RendezvousStatus status) => status switch
    {
        RendezvousStatus.Ok => Outcome.Ok,
        RendezvousStatus.Unavailable or RendezvousStatus.InternalError => Outcome.Unknown,
        _ => Outcome.Failed,
    };
}
