using System.Net;
using Akka.Configuration;
using RendezvousCluster.Chaos;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Cluster.Tests.Faults;
using RendezvousCluster.Core;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>
/// Three nodes in this process on one journal and one network that both can go wrong. A node that ends although the test did not end it
/// starts again, as under a supervisor, and the history says so.
/// </summary>
internal sealed class InProcessCluster(TestPostgres server, JournalFaults journal, PlantedBug bug, HistoryRecorder recorder, RunLog log)
    : IAsyncDisposable
{
    public const int Size = 3;

    // A node that was taken for dead learns of it at most so long afterwards, in milliseconds: meanwhile it may answer from what it knew.
    private const long LongestIgnorance = 15_000;

    private static readonly TimeSpan ReadyTimeout = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(50);

    // The least there may be.
    private static readonly TimeSpan IdleTimeout = TimeSpan.FromSeconds(1);

    // A loaded machine lets a node miss one of the others a second before the next; a decision between the two would be one without the
    // third.
    private static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(3);

    private readonly List<string> _ends = [];

    /// <summary>
    /// How long nodes bear one another's silence. Less than in the other tests here, so that a node is put out within seconds; whom a
    /// loaded machine puts out is started again.
    /// </summary>
    public TimeSpan HeartbeatPause { get; init; } = TimeSpan.FromSeconds(2.5);

    public IReadOnlyList<ClusterSlot> Slots { get; } =
        [.. Enumerable.Range(0, Size).Select(index => new ClusterSlot(index, new NodeAddress("127.0.0.1", TestDatabaseServer.FreePort())))];

    /// <summary>Its database.</summary>
    public string Database { get; private set; } = "";

    /// <summary>Nodes that ended, or did not start, though nobody meant them to.</summary>
    public IReadOnlyList<string> UnplannedEnds => _ends;

    /// <summary>Starts all nodes and waits until they are ready.</summary>
    public async Task StartAsync()
    {
        Database = await server.CreateDatabaseAsync();
        await StartAsync(Slots[0]);
        if (bug == PlantedBug.NoFence)
        {
            await server.QueryAsync(Database, "ALTER TABLE journal DROP CONSTRAINT journal_uq");
        }

        await ReadyAsync();
    }

    /// <summary>Starts nodes where there are none and waits until every node is ready and sees the others.</summary>
    /// <exception cref="TimeoutException">It did not come to that.</exception>
    public async Task ReadyAsync()
    {
        long end = recorder.Now + (long)ReadyTimeout.TotalMilliseconds;
        while (!Slots.All(slot => slot.IsReady(bug == PlantedBug.ThreeOwners ? 1 : Size)))
        {
            foreach (ClusterSlot slot in Slots.Where(slot => slot.HasEnded).ToArray())
            {
                await RestartAsync(slot);
            }

            if (recorder.Now > end)
            {
                throw new TimeoutException($"The nodes are not ready after {ReadyTimeout.TotalSeconds} s.\n{string.Join('\n', _ends)}");
            }

            await Schedule.PassAsync(LookInterval);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // The first one is mostly the oldest, and leaves last.
        foreach (ClusterSlot slot in Slots.Reverse())
        {
            await slot.ClearAsync();
        }
    }

    private async Task RestartAsync(ClusterSlot slot)
    {
        long now = recorder.Now;
        if (slot.IsMissed)
        {
            _ends.Add($"node {slot.Index} ended at {now}");
            recorder.Add(new FaultEvent(FaultKind.Network, slot.Index, now - LongestIgnorance, now, now));
        }

        await slot.ClearAsync();
        await StartAsync(slot);
    }

    private async Task StartAsync(ClusterSlot slot)
    {
        try
        {
            ClusterNode node = await ClusterNode.StartAsync(Configure(slot), log: log.Of(slot));
            slot.Put(node, bug == PlantedBug.EarlyReply ? new EagerRegistry(node.Registry) : node.Registry);
        }
        catch (RegistryStartException exception)
        {
            // The others may just have ended too; it is tried again.
            _ends.Add($"node {slot.Index} did not start at {recorder.Now}: {exception.Message}");
        }
    }

    // A node that is alone starts a cluster; all others join those that are there, so that there is never a second one.
    private Action<RegistryOptions> Configure(ClusterSlot slot)
    {
        NodeAddress[] seeds =
            bug == PlantedBug.ThreeOwners ? [] : [.. Slots.Where(other => !other.HasEnded).Select(other => other.Address)];
        return options =>
        {
            options.Storage = RegistryStorage.Postgres;
            options.ConnectionString = Database;
            options.NamespaceIdleTimeout = IdleTimeout;
            options.Cluster.Bind = new IPEndPoint(IPAddress.Loopback, slot.Address.Port);
            Array.ForEach(seeds, options.Cluster.Seeds.Add);
            if (bug == PlantedBug.ThreeOwners)
            {
                options.FoundingTimeout = null;
            }

            string pauses = $"""
                akka.cluster.failure-detector.acceptable-heartbeat-pause = {HeartbeatPause.TotalMilliseconds}ms
                akka.cluster.split-brain-resolver.stable-after = {StableAfter.TotalMilliseconds}ms
                """;
            options.Overrides = ConfigurationFactory.ParseString(
                $"{pauses}\n{LossyTransportProvider.Configuration}\n{FaultyJournal.Configuration(journal)}")
                .WithFallback(options.Overrides);
        };
    }
}
