using System.Text;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Load;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>
/// A peer in one namespace, behind the front end: does through <see cref="IRegistry"/> what the clients of the chaos runs do over the wire,
/// and writes down what it did and heard.
/// </summary>
/// <param name="seed">What it wants next follows from this.</param>
/// <param name="ns">The only namespace in which it ever registers, by number.</param>
/// <param name="peer">Who it is, by number.</param>
/// <param name="nodes">Where it can ask.</param>
/// <param name="book">Where it notes its records.</param>
/// <param name="recorder">Where it writes down what it did.</param>
/// <param name="pace">From one request to the next; null: <see cref="Pace"/>.</param>
internal sealed class RegistryCaller(
    int seed, int ns, int peer, IReadOnlyList<ClusterSlot> nodes, RecordBook book, HistoryRecorder recorder, TimeSpan? pace = null)
{
    private const int MaxPages = 100;
    private const int MaxBytes = 960 * 1024;
    private const int LargestPage = 1000;
    private const int RecordsPerPeer = 10_000;

    // How long a node that failed is avoided, in milliseconds.
    private const long Avoidance = 500;

    // Percent: UNREGISTERs that name no namespace, and DISCOVERs that do not.
    private const int LeavingAll = 50;
    private const int Walking = 25;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    // Of one request, as a front end has it; and what a loaded machine may add before the answer is here.
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    private readonly RendezvousNamespace _namespace = RendezvousNamespace.Parse(RecordBook.Name(ns));
    private readonly LoadPlan _plan = new(seed, peer % nodes.Count, nodes.Count);
    private readonly Random _random = new(seed);
    private readonly long[] _avoidedUntil = new long[nodes.Count];
    private ulong _cookie;
    private byte[] _record = [];
    private int _version;

    /// <summary>Works until it is stopped; what is under way then is brought to its end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        Renew();
        using var timer = new PeriodicTimer(pace ?? Pace);
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            int node = _plan.Node(index => _avoidedUntil[index] > recorder.Now);
            if (!await TryAsync(node, _plan.Next()))
            {
                _avoidedUntil[node] = recorder.Now + Avoidance;
            }
        }
    }

    /// <summary>Registers and reads at a node, again and again until both succeed or the time is up; the history tells.</summary>
    public async Task ConfirmAsync(int node, TimeSpan limit)
    {
        long end = recorder.Now + (long)limit.TotalMilliseconds;
        using var timer = new PeriodicTimer(Pace);
        foreach (LoadStep step in new[] { LoadStep.Refresh, LoadStep.Discover, LoadStep.Follow })
        {
            while (!await TryAsync(node, step))
            {
                if (recorder.Now >= end)
                {
                    return;
                }

                await timer.WaitForNextTickAsync(CancellationToken.None);
            }
        }
    }

    private static DateTimeOffset Deadline() => TimeProvider.System.GetUtcNow() + AskTimeout;

    private async Task<bool> TryAsync(int node, LoadStep step)
    {
        if (nodes[node].Registry is not { } registry)
        {
            return false;
        }

        if (step == LoadStep.Renew)
        {
            Renew();
        }

        return step switch
        {
            LoadStep.Refresh or LoadStep.Renew => await RegisterAsync(node, registry),
            LoadStep.Unregister => await UnregisterAsync(node, registry),
            LoadStep.Discover when _random.Next(100) < Walking => await WalkAsync(node, registry),
            _ => await ReadAsync(node, registry, follows: step == LoadStep.Follow),
        };
    }

    private void Renew()
    {
        _version++;
        _record = TestPeers.Envelope((peer * RecordsPerPeer) + _version);
        book.Add(_record, ns, peer, _version);
    }

    private Task<bool> RegisterAsync(int node, IRegistry registry)
    {
        uint ttl = (uint)_plan.Ttl();
        return WriteAsync(node, _version, ttl, async () =>
        {
            var command = new RegisterCommand(
                _namespace, TestPeers.Id(peer), _record, RegistrationFlavour.Standard, (ulong)_version, ttl, Deadline());
            RegisterReply reply = await registry.RegisterAsync(command, CancellationToken.None).Within();
            return reply.Status == RendezvousStatus.Ok && reply.TtlSeconds != ttl
                ? (RendezvousStatus.InvalidTtl, $"{reply.TtlSeconds} s are granted where {ttl} s were asked for")
                : (reply.Status, $"{reply.Status}: {reply.StatusText}");
        });
    }

    private Task<bool> UnregisterAsync(int node, IRegistry registry) => WriteAsync(node, RegistryWrite.Unregister, 0, async () =>
    {
        var command = new UnregisterCommand(_random.Next(100) < LeavingAll ? null : _namespace, TestPeers.Id(peer), Deadline());
        RendezvousStatus status = (await registry.UnregisterAsync(command, CancellationToken.None).Within()).Status;
        return (status, $"{status}");
    });

    private async Task<bool> WriteAsync(int node, int version, long ttl, Func<Task<(RendezvousStatus Status, string Detail)>> ask)
    {
        long invoked = recorder.Now;
        (RendezvousStatus status, string detail) = await ask();
        Outcome outcome = OutcomeOf(status);
        recorder.Add(
            new RegistryWrite(ns, peer, node, version, ttl * 1000, invoked, recorder.Now, outcome, outcome == Outcome.Ok ? "" : detail));
        return outcome == Outcome.Ok;
    }

    private async Task<bool> ReadAsync(int node, IRegistry registry, bool follows)
    {
        long invoked = recorder.Now;
        int limit = _plan.Limit();
        ulong cookie = follows ? _cookie : 0;
        var pages = new List<ReadPage>();
        Outcome outcome = Outcome.Unknown;
        string detail = "more pages than there can be";
        bool refused = false;
        while (pages.Count < MaxPages)
        {
            long asked = recorder.Now;
            var query = new DiscoverQuery(_namespace, cookie, limit, MaxBytes, Deadline());
            DiscoverReply page = await registry.DiscoverAsync(query, CancellationToken.None).Within();
            refused = page.Status == RendezvousStatus.InvalidCookie;
            if (page.Status != RendezvousStatus.Ok)
            {
                (outcome, detail) = (refused ? Outcome.Unknown : OutcomeOf(page.Status), $"{page.Status}: {page.StatusText}");
                break;
            }

            pages.Add(new ReadPage(asked, recorder.Now, [.. page.Registrations.Select(Recognise)]));
            cookie = page.CookieRevision;
            if (page.Registrations.Count < limit)
            {
                (outcome, detail) = (Outcome.Ok, "");
                break;
            }
        }

        _cookie = !follows ? _cookie : refused ? 0 : cookie;
        recorder.Add(new RegistryRead(ns, peer, node, limit, follows, invoked, recorder.Now, outcome, refused, pages, detail));
        return outcome == Outcome.Ok;
    }

    // A walk over all namespaces that left none out shows of this one what a read from the beginning shows.
    private async Task<bool> WalkAsync(int node, IRegistry registry)
    {
        long invoked = recorder.Now;
        var pages = new List<ReadPage>();
        (Outcome outcome, string detail) = (Outcome.Unknown, "a walk that left a namespace out, or had more pages than there can be");
        WalkPosition position = WalkPosition.Start;
        while (pages.Count < MaxPages)
        {
            long asked = recorder.Now;
            var query = new DiscoverAllQuery(position, LargestPage, MaxBytes, Deadline());
            DiscoverAllReply page = await registry.DiscoverAllAsync(query, CancellationToken.None).Within();
            if (page.Status != RendezvousStatus.Ok)
            {
                (outcome, detail) = (OutcomeOf(page.Status), $"{page.Status}: {page.StatusText}");
                break;
            }

            pages.Add(new ReadPage(
                asked, recorder.Now, [.. page.Registrations.Where(found => found.Namespace.Equals(_namespace)).Select(Recognise)]));
            position = page.Next;
            if (page.IsComplete)
            {
                // The walk after one with a gap begins where this one did: at the beginning.
                (outcome, detail) = position.Since > 0 ? (Outcome.Ok, "") : (outcome, detail);
                break;
            }
        }

        recorder.Add(new RegistryRead(ns, peer, node, LargestPage, false, invoked, recorder.Now, outcome, false, pages, detail));
        return outcome == Outcome.Ok;
    }

    private FoundRecord Recognise(DiscoveredRegistration found) =>
        book.Read(new Registration(Encoding.UTF8.GetBytes(found.Namespace.Name), found.Envelope, found.RemainingTtlSeconds));

    // An internal error leaves the outcome open too; that there was one, the checker sees from the detail.
    private static Outcome OutcomeOf(RendezvousStatus status) => status switch
    {
        RendezvousStatus.Ok => Outcome.Ok,
        RendezvousStatus.Unavailable or RendezvousStatus.InternalError => Outcome.Unknown,
        _ => Outcome.Failed,
    };
}
