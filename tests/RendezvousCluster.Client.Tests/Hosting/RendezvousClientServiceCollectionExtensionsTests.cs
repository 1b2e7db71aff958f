using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using RendezvousCluster.Client.Hosting;
using RendezvousCluster.Client.Registrations;
using RendezvousCluster.Client.Tests.Real;
using RendezvousCluster.Client.Tests.Scripted;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Client.Tests.Hosting;

public sealed class RendezvousClientServiceCollectionExtensionsTests
{
    [Fact]
    public async Task A_worker_is_registered_while_it_runs()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        await using RealNode seeker = await RealNode.StartAsync([point.Address]);
        using IHost worker = Worker(options =>
        {
            options.Points.Add(point.Address);
            options.Namespaces.Add("workers");
            options.Ttl = TimeSpan.FromMinutes(5);
        });

        await worker.StartAsync().Within();
        RegistrationHandle registration = Assert.Single(worker.Services.GetRequiredService<RendezvousClient>().Registrations);
        await registration.FirstGranted.Within();
        Assert.Equal(
            worker.Services.GetRequiredService<Libp2pHost>().PeerId,
            Assert.Single(await seeker.Client.DiscoverAsync("workers").AllAsync().Within()).PeerId);

        await worker.StopAsync().Within();
        Assert.Empty(await seeker.Client.DiscoverAsync("workers").AllAsync().Within());
    }

    [Fact]
    public async Task A_worker_starts_though_its_points_are_down()
    {
        string address;
        await using (RealPoint gone = await RealPoint.StartAsync())
        {
            address = gone.Address;
        }

        using IHost worker = Worker(options =>
        {
            options.Points.Add(address);
            options.Namespaces.Add("workers");
        });

        await worker.StartAsync().Within();
        await worker.StopAsync().Within();
    }

    [Fact]
    public async Task A_worker_whose_time_to_stop_is_over_stops_without_an_exception()
    {
        await using RealPoint point = await RealPoint.StartAsync();
        using IHost worker = Worker(options =>
        {
            options.Points.Add(point.Address);
            options.Namespaces.Add("workers");
        });
        await worker.StartAsync().Within();
        await Assert.Single(worker.Services.GetRequiredService<RendezvousClient>().Registrations).FirstGranted.Within();

        // The host hands such a token to the last services when the first ones took all its time.
        await worker.StopAsync(new CancellationToken(canceled: true)).Within();
    }

    [Fact]
    public async Task A_worker_with_unusable_options_does_not_start()
    {
        using IHost worker = Worker(options => options.Points.Add("example.com:8000"));

        OptionsValidationException exception = await Assert.ThrowsAsync<OptionsValidationException>(() => worker.StartAsync()).Within();

        Assert.Contains("example.com:8000", exception.Message);
    }

    private static IHost Worker(Action<RendezvousClientOptions> configure)
    {
        var builder = new HostApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddLibp2pHosting(options => options.ListenAddresses.Add(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0")));
        builder.Services.AddRendezvousClient(configure);
        return builder.Build();
    }
}
