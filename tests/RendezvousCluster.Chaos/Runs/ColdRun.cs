using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Chaos.Load;
using RendezvousCluster.Chaos.Network;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Chaos.Runs;

/// <summary>
/// Registers in many namespaces, kills all nodes at once, starts them again and asks for all namespaces as fast as they answer, through all
/// nodes: every one has to be read back from the journal, and nothing may give up meanwhile.
/// </summary>
internal sealed class ColdRun(ColdSettings settings, Action<string> tell)
{
    private const ulong Ttl = 3_600;
    private const int MaxTries = 20;
    private const string RecoveriesFailed = "rendezvous_registry_recoveries_failed_total";
    private const string Recoveries = "rendezvous_registry_recovery_duration_seconds_count";

    private static readonly string[] Alarms = ["ircuit breaker", "ircuit Breaker", "Recovery of"];

    private readonly ConcurrentQueue<string> _wrong = new();
    private readonly ConcurrentQueue<TimeSpan> _waits = new();

    /// <summary>Runs it to its end.</summary>
    public async Task<ColdResult> RunAsync()
    {
        await using var network = new LoopbackNetwork();
        await using var cluster =
            new ChaosCluster(new ChaosSettings { Seed = 0, Kinds = [], Server = NodeSettings.Production }, network, new HistoryRecorder());
        await cluster.StartAsync();
        WireClient[] peers = [.. Enumerable.Range(0, settings.Peers).Select(_ => new WireClient())];
        try
        {
            tell($"registering in {settings.Namespaces} namespaces");
            TimeSpan registering =
                await MeasureAsync(() => Task.WhenAll(peers.Select((peer, index) => Task.Run(() => RegisterAsync(cluster, peer, index)))));
            tell("killing all nodes");
            TimeSpan restart = await MeasureAsync(async () =>
            {
                await Task.WhenAll(cluster.Nodes.Select(node => node.KillAsync()));
                await cluster.JoinAsync([.. cluster.Nodes]);
            });
            tell("asking for all");
            await Task.WhenAll(peers.Select((peer, index) => Task.Run(() => DialAsync(cluster, peer, index))));
            TimeSpan asking =
                await MeasureAsync(() => Task.WhenAll(peers.Select((peer, index) => Task.Run(() => AskAsync(cluster, peer, index)))));
            double recoveries = await cluster.SumAsync(Recoveries);
            double failed = await cluster.SumAsync(RecoveriesFailed);
            string[] breakers = [.. cluster.Nodes.SelectMany(node => node.Errors.Split('\n'))
                .Where(line => Alarms.Any(alarm => line.Contains(alarm, StringComparison.Ordinal)))];
            return new ColdResult(
                settings.Namespaces, registering, restart, asking, _waits, (long)recoveries, [.. _wrong],
                failed > 0 ? [$"{failed} recoveries failed", .. breakers] : breakers);
        }
        finally
        {
            await Task.WhenAll(peers.Select(peer => peer.DisposeAsync().AsTask()));
        }
    }

    private static byte[] Name(int ns) => Encoding.UTF8.GetBytes($"cold-{ns}");

    // The namespaces of a peer.
    private IEnumerable<int> Of(int peer) => Enumerable.Range(0, settings.Namespaces).Where(ns => ns % settings.Peers == peer);

    private async Task RegisterAsync(ChaosCluster cluster, WireClient peer, int index)
    {
        byte[] record = peer.Peer.Record(1);
        ClusterNode node = cluster.Nodes[index % cluster.Nodes.Count];
        foreach (int ns in Of(index))
        {
            await PatientlyAsync(async () =>
            {
                RegisterResponse response =
                    await peer.AskAsync<RegisterResponse>(node.Index, node.Address, new RegisterRequest(Name(ns), record, Ttl));
                return response.Status == RendezvousStatus.Ok ? "" : $"REGISTER in cold-{ns}: {response.Status}: {response.StatusText}";
            });
        }
    }

    // So that the measured answers include no handshakes.
    private Task DialAsync(ChaosCluster cluster, WireClient peer, int index)
    {
        ClusterNode node = NodeOf(cluster, index);
        return PatientlyAsync(async () =>
        {
            await peer.AskAsync<DiscoverResponse>(
                node.Index, node.Address, new DiscoverRequest(Encoding.UTF8.GetBytes("nobody"), 1, default));
            return "";
        });
    }

    // The requests before the measurement may take their time and their tries.
    private async Task PatientlyAsync(Func<Task<string>> ask)
    {
        string reason = "";
        for (int tries = 0; tries < MaxTries; tries++)
        {
            try
            {
                reason = await ask();
                if (reason.Length == 0)
                {
                    return;
                }
            }
            catch (Exception exception) when (exception is NotSentException or NoAnswerException)
            {
                reason = exception.Message;
            }
        }

        _wrong.Enqueue(reason);
    }

    // Another node than the one that it registered at.
    private static ClusterNode NodeOf(ChaosCluster cluster, int index) => cluster.Nodes[(index + 1) % cluster.Nodes.Count];

    private async Task AskAsync(ChaosCluster cluster, WireClient peer, int index)
    {
        byte[] record = peer.Peer.Record(1);
        ClusterNode node = NodeOf(cluster, index);
        foreach (int ns in Of(index))
        {
            long start = Stopwatch.GetTimestamp();
            string answer = await TryAsync(peer, node, ns, record);
            _waits.Enqueue(Stopwatch.GetElapsedTime(start));
            if (answer.Length > 0)
            {
                _wrong.Enqueue($"DISCOVER of cold-{ns} at node {node.Index}: {answer}");
            }
        }
    }

    private static async Task<string> TryAsync(WireClient peer, ClusterNode node, int ns, byte[] record)
    {
        try
        {
            DiscoverResponse response =
                await peer.AskAsync<DiscoverResponse>(node.Index, node.Address, new DiscoverRequest(Name(ns), 10, default));
            return response.Status != RendezvousStatus.Ok ? $"{response.Status}: {response.StatusText}"
                : response.Registrations is [var only] && only.SignedPeerRecord.Span.SequenceEqual(record)
                    && only.Namespace.Span.SequenceEqual(Name(ns)) ? ""
                : $"{response.Registrations.Count} registrations";
        }
        catch (Exception exception) when (exception is NotSentException or NoAnswerException)
        {
            return exception.Message;
        }
    }

    private static async Task<TimeSpan> MeasureAsync(Func<Task> work)
    {
        long start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start);
    }
}
