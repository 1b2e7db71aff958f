using System.Net;
using System.Text;
using Akka;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Remote;
using Akka.Remote.Transport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Cluster.Tests.Faults;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Registry;
using AkkaCluster = Akka.Cluster.Cluster;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>
/// One node of a cluster in this process: a host with the registry in it, as a server would start it, whose network can be cut.
/// </summary>
internal sealed class ClusterNode : IAsyncDisposable
{
    /// <summary>Of one command; a front end gives up then.</summary>
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(5);

    // A machine that runs other tests as well stands still for seconds, and nodes that think one another dead are not what is tested.
    private const string Overrides =
        """
        akka.remote.dot-netty.tcp.applied-adapters = ["trttl", "gate"]
        akka.cluster.failure-detector.acceptable-heartbeat-pause = 5s
        """;

    private readonly IHost _host;

    private ClusterNode(IHost host) => _host = host;

    public IRegistryReadiness Readiness => _host.Services.GetRequiredService<IRegistryReadiness>();

    public INodeFate Fate => _host.Services.GetRequiredService<INodeFate>();

    /// <summary>Ends when the host begins to stop.</summary>
    public Task Stopping
    {
        get
        {
            var stopping = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.Register(stopping.SetResult);
            return stopping.Task;
        }
    }

    /// <summary>The nodes that this one sees in the cluster.</summary>
    public int Members => AkkaCluster.Get(System).State.Members.Count;

    /// <summary>Where the others reach it.</summary>
    public NodeAddress Address
    {
        get
        {
            Address self = AkkaCluster.Get(System).SelfAddress;
            return new NodeAddress(self.Host!, self.Port!.Value);
        }
    }

    /// <summary>How its address begins.</summary>
    public string Protocol => AkkaCluster.Get(System).SelfAddress.Protocol;

    /// <summary>What it was sent and did not read.</summary>
    public RefusedReads Refused => _host.Services.GetRequiredService<RefusedReads>();

    /// <summary>What nodes that are not members sent it.</summary>
    public OutsiderMessages Outsiders => _host.Services.GetRequiredService<OutsiderMessages>();

    /// <summary>
    /// Somebody else than nodes sends it messages. Else it must have read all that it was sent, which is looked at in the end.
    /// </summary>
    public bool IsAttacked { get; set; }

    /// <summary>What an operator sees of the registry on it.</summary>
    public IRegistryInspection Inspection => _host.Services.GetRequiredService<IRegistryInspection>();

    /// <summary>Takes it out of service.</summary>
    public INodeDrain Drain => _host.Services.GetRequiredService<INodeDrain>();

    public IRegistry Registry => _host.Services.GetRequiredService<IRegistry>();

    /// <summary>Whether the database knows that a cluster lives on it.</summary>
    public Task<bool> IsKnownToDatabaseAsync() =>
        _host.Services.GetRequiredService<RegistryHost>().Members!.IsHeldAsync(CancellationToken.None);

    /// <summary>Asks all nodes what an operator wants to know.</summary>
    public Task<IReadOnlyList<NodeAnswer>> AskAllAsync(string subject, string details) =>
        _host.Services.GetRequiredService<IClusterInquiries>().AskAllAsync(
            subject, Encoding.UTF8.GetBytes(details), CancellationToken.None).Within();

    /// <summary>Ends its session on the database, as the end of its process does.</summary>
    public ValueTask EndSessionAsync() => _host.Services.GetRequiredService<RegistryHost>().Members!.DisposeAsync();

    /// <summary>The numbers of the shards of a region that live on this node.</summary>
    /// <param name="region">One of the names in <see cref="RegistryRegions"/>.</param>
    public async Task<IReadOnlyList<string>> ShardsAsync(string region)
    {
        CurrentShardRegionState state = await ClusterSharding.Get(System).ShardRegion(region)
            .Ask<CurrentShardRegionState>(GetShardRegionState.Instance, TestTimeouts.Default);
        return [.. state.Shards.Select(shard => shard.ShardId).Order()];
    }

    /// <summary>What this node knows of the store of another one, or of its own.</summary>
    public StoreState StoreStateOf(ClusterNode other) =>
        _host.Services.GetRequiredService<RegistryRegions>().Reports.StateOf(AkkaCluster.Get(other.System).SelfAddress);

    /// <summary>
    /// Tells this node what its transport tells it when another one refuses its connection, because it has put it out of the cluster.
    /// </summary>
    public void HearsThatItWasPutOutBy(ClusterNode other) => System.EventStream.Publish(
        new ThisActorSystemQuarantinedEvent(AkkaCluster.Get(System).SelfAddress, AkkaCluster.Get(other.System).SelfAddress));

    /// <summary>How often this node's transport forgets a message.</summary>
    public LinkLoss Loss => LinkLoss.Of(System);

    private ActorSystem System => _host.Services.GetRequiredService<RegistryHost>().System!;

    /// <summary>Starts a node and waits until it serves.</summary>
    /// <param name="configure">Its options.</param>
    /// <param name="seed">A node to join; null starts a cluster.</param>
    /// <param name="log">Where it says what it does; null: nowhere.</param>
    /// <param name="time">Its clock; null for the machine's.</param>
    public static async Task<ClusterNode> StartAsync(
        Action<RegistryOptions> configure, ClusterNode? seed = null, ILoggerProvider? log = null, TimeProvider? time = null)
    {
        ClusterNode node = Create(configure, seed?.Address, log, time);
        try
        {
            await node.StartAsync().Within();
            await node.Readiness.WaitUntilReadyAsync(CancellationToken.None).Within(TimeSpan.FromMinutes(1), "the node to be ready");
            return node;
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9, as far as the others can see it: the network is gone.</summary>
    public static async Task CutAsync(ClusterNode node, params ClusterNode[] others)
    {
        foreach (ClusterNode other in others)
        {
            await node.BlockAsync(other);
            await other.BlockAsync(node);
        }
    }

    /// <summary>Lets this node's end of the way to another one swallow, slow down or pass what goes over it.</summary>
    public Task<bool> ThrottleAsync(NodeAddress other, ThrottleTransportAdapter.Direction direction, ThrottleMode mode)
    {
        Address self = AkkaCluster.Get(System).SelfAddress;
        Address address = self.WithHost(other.Host).WithPort(other.Port).WithProtocol(self.Protocol["akka.".Length..]);
        var command = new SetThrottle(address, direction, mode);
        return ((IRemoteActorRefProvider)((ExtendedActorSystem)System).Provider).Transport.ManagementCommand(command).Within();
    }

    /// <summary>kill -9, as far as the others can see it: nobody has its port any more, and connections break.</summary>
    public async Task CrashAsync(params ClusterNode[] others)
    {
        await ((IRemoteActorRefProvider)((ExtendedActorSystem)System).Provider).Transport.Shutdown().Within();

        // The transport leaves some of its sockets open, since its process lives; a kernel would not.
        Address self = AkkaCluster.Get(System).SelfAddress;
        foreach (ClusterNode other in others)
        {
            other.System.EventStream.Publish(new DisassociatedEvent(AkkaCluster.Get(other.System).SelfAddress, self, inbound: true));
        }
    }

    /// <summary>Starts it and does not wait until it serves.</summary>
    public Task StartAsync() => _host.StartAsync();

    public Task StopAsync() => _host.StopAsync();

    /// <summary>Whether it stays for a moment when it leaves now.</summary>
    public bool PausesBeforeLeaving =>
        LeavePause.IsNeeded(AkkaCluster.Get(System).SelfMember, AkkaCluster.Get(System).State.Members, RegionNames.OwnersRole);

    /// <summary>What is to be done when it has handed its shards over and is still a member.</summary>
    public void BeforeLeaving(Func<Task> act) => CoordinatedShutdown.Get(System).AddTask(
        LeavePause.Phase,
        "test",
        async () =>
        {
            await act();
            return Done.Instance;
        });

    public async Task<RendezvousStatus> RegisterAsync(string @namespace, int peer)
    {
        var command = new RegisterCommand(
            RendezvousNamespace.Parse(@namespace), TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200,
            Deadline());
        return (await Registry.RegisterAsync(command, CancellationToken.None).Within()).Status;
    }

    /// <summary>Takes all of a peer's registrations back.</summary>
    public async Task<RendezvousStatus> UnregisterAllAsync(int peer) =>
        (await Registry.UnregisterAsync(new UnregisterCommand(null, TestPeers.Id(peer), Deadline()), CancellationToken.None)
            .Within()).Status;

    /// <summary>Takes a registration back.</summary>
    public async Task<RendezvousStatus> UnregisterAsync(string @namespace, int peer) =>
        (await Registry.UnregisterAsync(
            new UnregisterCommand(RendezvousNamespace.Parse(@namespace), TestPeers.Id(peer), Deadline()), CancellationToken.None)
            .Within()).Status;

    /// <summary>What the registrations have left, in seconds, or null when there is no answer.</summary>
    public async Task<uint[]?> FindLeftAsync(string @namespace)
    {
        DiscoverReply reply = await Registry.DiscoverWholeAsync(
            new DiscoverQuery(RendezvousNamespace.Parse(@namespace), 0, 1000, 960 * 1024, Deadline())).Within();
        return reply.Status == RendezvousStatus.Ok ? [.. reply.Registrations.Select(one => one.RemainingTtlSeconds)] : null;
    }

    /// <summary>How many are registered, or null when there is no answer.</summary>
    public async Task<int?> CountAsync(string @namespace)
    {
        DiscoverReply reply = await Registry.DiscoverWholeAsync(
            new DiscoverQuery(RendezvousNamespace.Parse(@namespace), 0, 1000, 960 * 1024, Deadline())).Within();
        return reply.Status == RendezvousStatus.Ok ? reply.Registrations.Count : null;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().Within();
        RefusedRead? last = Refused.Last;
        long refused = Refused.Total;
        _host.Dispose();
        Assert.True(
            IsAttacked || refused == 0,
            $"{refused} messages were refused that nodes and stores of the same version wrote; the last was {last}");
    }

    internal static ClusterNode Create(
        Action<RegistryOptions> configure, NodeAddress? seed, ILoggerProvider? log = null, TimeProvider? time = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        if (log is not null)
        {
            builder.Logging.AddProvider(log);
        }

        if (time is not null)
        {
            builder.Services.AddSingleton(time);
        }

        builder.Services.AddSingleton<IInquiryAnswerer, EchoAnswers>();
        builder.Services.AddRendezvousRegistry(options =>
        {
            options.Overrides = ConfigurationFactory.ParseString(Overrides);
            options.Cluster.Bind = new IPEndPoint(IPAddress.Loopback, 0);
            (string certificate, string key, string authority) = TestCertificates.Files;
            options.Cluster.Certificates = new ClusterCertificateFiles(certificate, key, authority);
            if (seed is { } address)
            {
                options.Cluster.Seeds.Add(address);
            }

            configure(options);
        });
        return new ClusterNode(builder.Build());
    }

    private DateTimeOffset Deadline() => _host.Services.GetRequiredService<TimeProvider>().GetUtcNow() + AskTimeout;

    // Both directions of the way to another node swallow what is sent.
    private Task<bool> BlockAsync(ClusterNode other) =>
        ThrottleAsync(other.Address, ThrottleTransportAdapter.Direction.Both, Blackhole.Instance);
}
