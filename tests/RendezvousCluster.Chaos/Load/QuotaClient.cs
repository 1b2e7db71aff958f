using System.Text;
using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Chaos.Load;

/// <summary>
/// A peer that wants more than its quota: it asks for a registration in one or the other of twice as many namespaces as it may be in, all
/// the time and at every node, and now and then takes one back. Nobody else is in these namespaces, and nobody reads them: what is
/// acknowledged says enough.
/// </summary>
internal sealed class QuotaClient(int seed, int firstNamespace, int peer, IReadOnlyList<ClusterNode> nodes, HistoryRecorder recorder)
    : IAsyncDisposable
{
    /// <summary>How many namespaces it uses.</summary>
    public const int Namespaces = 2 * NodeSettings.Quota;

    // Short, so that what a fault made the ledger forget is soon over.
    private const long Ttl = 4;

    // Percent.
    private const int Registering = 85;

    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(100);

    private readonly Random _random = new(seed);
    private readonly WireClient _wire = new();

    /// <summary>Works until it is stopped; what is under way then is brought to its end.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        byte[] record = _wire.Peer.Record(1);
        using var timer = new PeriodicTimer(Pace);
        while (!stop.IsCancellationRequested)
        {
            await timer.WaitForNextTickAsync(CancellationToken.None);
            int ns = firstNamespace + _random.Next(Namespaces);
            int node = _random.Next(nodes.Count);
            byte[] name = Encoding.UTF8.GetBytes(RecordBook.Name(ns));
            await (_random.Next(100) < Registering
                ? WriteAsync(ns, node, 1, async () =>
                {
                    RegisterResponse response =
                        await _wire.AskAsync<RegisterResponse>(node, nodes[node].Address, new RegisterRequest(name, record, (ulong)Ttl));
                    return (response.Status, $"{response.Status}: {response.StatusText}");
                })
                : WriteAsync(ns, node, RegistryWrite.Unregister, async () =>
                {
                    await _wire.TellAsync(node, nodes[node].Address, new UnregisterRequest(name));
                    return (RendezvousStatus.Ok, "");
                }));
        }
    }

    public ValueTask DisposeAsync() => _wire.DisposeAsync();

    private async Task WriteAsync(int ns, int node, int version, Func<Task<(RendezvousStatus Status, string Detail)>> ask)
    {
        long invoked = recorder.Now;
        Outcome outcome;
        string detail;
        try
        {
            (RendezvousStatus status, detail) = await ask();
            outcome = LoadClient.OutcomeOf(status);
        }
        catch (NotSentException)
        {
            return;
        }
        catch (NoAnswerException exception)
        {
            (outcome, detail) = (Outcome.Unknown, exception.Message);
        }

        long ttl = version == RegistryWrite.Unregister ? 0 : Ttl * 1000;
        recorder.Add(new RegistryWrite(ns, peer, node, version, ttl, invoked, recorder.Now, outcome, outcome == Outcome.Ok ? "" : detail));
    }
}
