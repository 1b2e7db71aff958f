using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Hosting.Logging;
using Akka.TestKit.Xunit2;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests;

/// <summary>
/// An actor system without a cluster, whose journal and snapshots are a store's, set up as a node sets them up, but for the limits of time:
/// nobody here asks again after a write that one of them ended, as a node does.
/// </summary>
internal sealed class StoreTestKit : IDisposable
{
    private static readonly string Settings =
        $"""
        akka.actor.provider = local
        akka.loggers = ["Akka.Event.DefaultLogger"]
        akka.loglevel = OFF
        akka.persistence.journal-plugin-fallback.circuit-breaker.call-timeout = {TestTimeouts.Default.TotalSeconds}s
        akka.persistence.journal-plugin-fallback.recovery-event-timeout = {TestTimeouts.Default.TotalSeconds}s
        """;

    private readonly IRegistryStore _store;
    private readonly TestStore _place;

    private StoreTestKit(TestStore place, IRegistryStore store)
    {
        _place = place;
        _store = store;
        Config config = ConfigurationFactory.ParseString(Settings)
            .WithFallback(RegistryConfiguration.For(store, new RegistryOptions()));
        Kit = new TestKit(ActorSystemSetup.Create(
            [
                BootstrapSetup.Create().WithConfig(config), new LoggerFactorySetup(Log), .. RegistryConfiguration.DataOf(store),
            ]));
    }

    public TestKit Kit { get; }

    /// <summary>What the store itself has logged.</summary>
    public RecordingLogger Log { get; } = new();

    public IRegistryStore Store => _store;

    /// <summary>The store's tables, beside the persistence plugin.</summary>
    public StoreRows Rows => new(_store);

    public static async Task<StoreTestKit> StartAsync(TestStore place)
    {
        var options = new RegistryOptions();
        place.Configure(options);
        options.ConnectionString = place.Server?.WithoutTimeLimits(options.ConnectionString) ?? options.ConnectionString;
        IRegistryStore store = RegistryStores.Create(options.Storage, options.DataDirectory, options.ConnectionString);
        await store.PrepareAsync(CancellationToken.None);
        return new StoreTestKit(place, store);
    }

    public void Dispose()
    {
        Kit.Shutdown();
        _store.Dispose();
        _place.Dispose();
        Log.Dispose();
    }
}
