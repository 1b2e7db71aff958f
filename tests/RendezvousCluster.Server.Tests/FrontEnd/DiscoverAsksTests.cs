using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Testing.Registry;
using RendezvousCluster.Testing.Traces;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>
/// How often one DISCOVER asks: at a registry in memory the calls are counted, at a sharded one the asks of the namespace's entity, each of
/// which may go to another node and back.
/// </summary>
public sealed class DiscoverAsksTests(DiscoverAsksTests.ShardedHost sharded) : IClassFixture<DiscoverAsksTests.ShardedHost>
{
    /// <summary>Registrations that are stored, their bytes, how many are in the page, and how many asks bring them.</summary>
    public static TheoryData<int, int, int, int> Cases => new()
    {
        { 0, 250, 0, 1 },
        { 100, 250, 100, 1 },
        { 300, 250, 300, 1 },
        { 393, 250, 393, 1 }, // as many as one message between nodes can bring
        { 394, 250, 394, 2 },
        { 1_000, 250, 1_000, 3 },
        { 1_200, 250, 1_000, 3 },
        { 24, 4_096, 24, 1 },
        { 60, 4_096, 60, 3 },
        { 300, 4_096, 238, 10 }, // as many as a response can hold; what is left of it has room for no other
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task One_discover_asks_a_registry_in_memory_once_per_page(int stored, int bytes, int expected, int asks)
    {
        using var registry = new InMemoryRegistry();
        RendezvousNamespace ns = await FillAsync(registry, stored, bytes);
        var counting = new ScriptedRegistry { OnDiscover = registry.DiscoverAsync };

        DiscoverResponse page = await DiscoverAsync(counting, ns);

        Assert.Equal((expected, asks), (page.Registrations.Count, counting.Calls.Count));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task One_discover_asks_a_sharded_registry_once_per_page(int stored, int bytes, int expected, int asks)
    {
        IRegistry registry = sharded.Registry;
        RendezvousNamespace ns = await FillAsync(registry, stored, bytes);

        using var traces = new TestTrace();
        using Activity request = traces.Begin();
        DiscoverResponse page = await DiscoverAsync(registry, ns);

        Assert.Equal(expected, page.Registrations.Count);
        Assert.Equal(asks, traces.Of(request.TraceId).Count(activity => activity.OperationName == "ask"));
    }

    private static async Task<RendezvousNamespace> FillAsync(IRegistry registry, int count, int bytes)
    {
        RendezvousNamespace ns = RendezvousNamespace.Parse($"{count} of {bytes}");
        await Task.WhenAll(Enumerable.Range(0, count).Select(async peer =>
        {
            var command = new RegisterCommand(
                ns, TestPeers.Id(peer), TestPeers.Envelope(peer, bytes: bytes), RegistrationFlavour.Standard, 1, 7_200, Deadline());
            Assert.Equal(RendezvousStatus.Ok, (await registry.RegisterAsync(command, CancellationToken.None)).Status);
        })).Within();
        return ns;
    }

    private static async Task<DiscoverResponse> DiscoverAsync(IRegistry registry, RendezvousNamespace ns)
    {
        var limits = new RendezvousLimits();
        var query = new DiscoverQuery(ns, 0, limits.MaxDiscoverLimit, limits.MaxInnerPageBytes, Deadline())
        {
            Flavours = FlavourPreference.Of(RegistrationFlavours.Standard),
        };
        DiscoverResponse page = await new DiscoverPager(registry, limits).ReadAsync(query, CancellationToken.None).AsTask().Within();
        Assert.Equal(RendezvousStatus.Ok, page.Status);
        return page;
    }

    private static DateTimeOffset Deadline() => TimeProvider.System.GetUtcNow() + TestTimeouts.Default;

    /// <summary>A sharded registry of one node, in memory, for all cases.</summary>
    public sealed class ShardedHost : IAsyncLifetime
    {
        private readonly IHost _host;

        public ShardedHost()
        {
            HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddRendezvousRegistry(options => options.Storage = RegistryStorage.Memory);
            _host = builder.Build();
        }

        public IRegistry Registry => _host.Services.GetRequiredService<IRegistry>();

        public async Task InitializeAsync()
        {
            await _host.StartAsync().Within();
            await _host.Services.GetRequiredService<IRegistryReadiness>().WaitUntilReadyAsync(CancellationToken.None).Within();
        }

        public async Task DisposeAsync()
        {
            await _host.StopAsync().Within();
            _host.Dispose();
        }
    }
}
