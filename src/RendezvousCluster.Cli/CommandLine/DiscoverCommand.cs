using System.CommandLine;
using RendezvousCluster.Cli.Output;
using RendezvousCluster.Client;
using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Libp2p.Hosting;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary><c>rendezvous discover</c>: who is registered, now or from now on.</summary>
internal static class DiscoverCommand
{
    private static readonly Argument<string?> Namespace = new("namespace") { Description = "Where.", Arity = ArgumentArity.ZeroOrOne };

    private static readonly Option<bool> All = new("--all") { Description = "In all namespaces." };

    private static readonly Option<int?> Limit = BoundedOption.Count("--limit", "How many peers at most. [default: all]", most: 1_000_000);

    private static readonly Option<bool> Watch =
        new("--watch") { Description = "Stay, and tell who joins, changes and expires, until Ctrl-C." };

    private static readonly Option<double?> Interval = BoundedOption.Wait(
        "--interval", "With --watch: seconds between two polls. [default: 30]", least: 0.1);

    private static readonly Option<bool> Public =
        new("--public") { Description = "Leave out addresses in private networks, and peers that have no other." };

    public static Command Create()
    {
        var shared = new PointOptions();
        var command = new Command("discover", "Find the peers that are registered, verified and merged from all points.")
        {
            Namespace, All, Limit, Watch, Interval, Public,
        };
        shared.AddTo(command);
        command.SetAction((result, cancellationToken) => RunAsync(result, shared, cancellationToken));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult result, PointOptions shared, CancellationToken cancellationToken)
    {
        string? ns = result.GetValue(Namespace);
        if (ns is null != result.GetValue(All))
        {
            throw new UsageException("Name a namespace, or say --all: one of the two.");
        }

        var report = new Report(result.InvocationConfiguration.Output, shared.IsJson(result));
        (Libp2pHost host, RendezvousClientOptions options) = shared.Node(result);
        options.DropPrivateAddresses = result.GetValue(Public);
        options.WatchInterval = result.GetValue(Interval) is { } seconds ? TimeSpan.FromSeconds(seconds) : options.WatchInterval;
        await using (host)
        {
            var clock = new CommandClock();
            await using RendezvousClient client = Clients.Create(host, options, clock);
            if (result.GetValue(Watch))
            {
                IAsyncEnumerable<PeerChange> changes =
                    ns is null ? client.WatchAllAsync(cancellationToken) : client.WatchAsync(ns, cancellationToken);
                await WatchAsync(changes, report, clock, cancellationToken);
            }
            else
            {
                int? limit = result.GetValue(Limit);
                await ListAsync(
                    ns is null ? client.DiscoverAllAsync(limit, cancellationToken) : client.DiscoverAsync(ns, limit, cancellationToken),
                    report,
                    clock);
            }
        }

        return ExitCodes.Success;
    }

    private static async Task WatchAsync(
        IAsyncEnumerable<PeerChange> changes, Report report, CommandClock clock, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (PeerChange change in changes)
            {
                string what = change.Kind.ToString().ToLowerInvariant();
                report.Say(
                    Json(what, change.Peer, clock),
                    $"{what,-8} {Report.Word(change.Peer.Namespace)} {change.Peer.PeerId} {Addresses(change.Peer)}");
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return; // how a watch ends
        }
    }

    private static async Task ListAsync(IAsyncEnumerable<DiscoveredPeer> peers, Report report, CommandClock clock)
    {
        // A peer can come again with a newer record: a table shows it once, in lines the later one counts.
        var byPeer = new OrderedDictionary<(string, string), DiscoveredPeer>();
        await foreach (DiscoveredPeer peer in peers)
        {
            byPeer[(peer.Namespace, peer.PeerId.ToString())] = peer;
            if (report.IsJson)
            {
                report.Line(Json("found", peer, clock));
            }
        }

        if (!report.IsJson)
        {
            report.Table(SheetOf(byPeer.Values, clock.GetUtcNow()));
            report.Sentence(byPeer.Count == 1 ? "1 peer" : $"{byPeer.Count} peers");
        }
    }

    /// <summary>The table of them.</summary>
    internal static Sheet SheetOf(IEnumerable<DiscoveredPeer> peers, DateTimeOffset now)
    {
        var sheet = new Sheet("Peer", "Namespace", "Expires in", "Addresses");
        foreach (DiscoveredPeer peer in peers)
        {
            sheet.Add(
                [peer.PeerId.ToString()], [peer.Namespace], [Durations.Text(peer.ExpiresAt - now)],
                peer.Addresses.Select(address => address.ToString()));
        }

        return sheet;
    }

    private static string Addresses(DiscoveredPeer peer) => string.Join(' ', peer.Addresses);

    private static object Json(string what, DiscoveredPeer peer, CommandClock clock) => new
    {
        @event = what,
        ns = peer.Namespace,
        peer = peer.PeerId.ToString(),
        addresses = peer.Addresses.Select(address => address.ToString()),
        sequence = peer.Record.Sequence,
        expiresAt = clock.ToWall(peer.ExpiresAt),
        secondsLeft = (long)Math.Max(0, (peer.ExpiresAt - clock.GetUtcNow()).TotalSeconds),
        point = peer.Point.PeerId.ToString(),
    };
}
