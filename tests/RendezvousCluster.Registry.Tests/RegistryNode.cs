using Akka.Actor;
using Akka.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests;

/// <summary>A host with nothing but the registry in it, as a server would start it.</summary>
internal sealed class RegistryNode : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly Lazy<IRegistry> _registry;
    private bool _crashed;

    private RegistryNode(IHost host, TimeProvider time)
    {
        _host = host;
        _registry = new Lazy<IRegistry>(() =>
        {
            IRegistry registry = host.Services.GetRequiredService<IRegistry>();
            return time is FakeTimeProvider ? new RegistryInVirtualTime(registry, time) : registry;
        });
    }

    public IRegistry Registry => _registry.Value;

    public IRegistryReadiness Readiness => _host.Services.GetRequiredService<IRegistryReadiness>();

    public ActorSystem System => _host.Services.GetRequiredService<RegistryHost>().System!;

    public IRegistryStore Store => _host.Services.GetRequiredService<RegistryHost>().Store!;

    public RefusedReads Refused => _host.Services.GetRequiredService<RefusedReads>();

    public StoreHealth Health => _host.Services.GetRequiredService<StoreHealth>();

    public static RegistryNode Create(TimeProvider time, Action<RegistryOptions> configure, string? overrides = null)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton(time);
        builder.Services.AddRendezvousRegistry(options =>
        {
            options.Overrides = overrides is null ? null : ConfigurationFactory.ParseString(overrides);
            configure(options);
        });
        return new RegistryNode(builder.Build(), time);
    }

    public static async Task<RegistryNode> StartAsync(TimeProvider time, Action<RegistryOptions> configure, string? overrides = null)
    {
        RegistryNode node = Create(time, configure, overrides);
        await node._host.StartAsync().Within();
        await node.Readiness.WaitUntilReadyAsync(CancellationToken.None).Within();
        return node;
    }

    public Task StartHostAsync() => _host.StartAsync();

    public Task StopHostAsync() => _host.StopAsync();

    /// <summary>Stops the registry, and asks it to hurry from some moment on.</summary>
    public Task StopAsync(CancellationToken hurry)
    {
        _crashed = true;
        return _host.Services.GetRequiredService<RegistryHost>().StopAsync(hurry);
    }

    /// <summary>Ends the actor system as it stands: nothing is handed over, nothing is finished.</summary>
    public async Task CrashAsync()
    {
        _crashed = true;
        ((ExtendedActorSystem)System).Abort();
        await System.WhenTerminated.Within();
        Store.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_crashed)
        {
            await _host.StopAsync().Within();
        }

        _host.Dispose();
    }
}
