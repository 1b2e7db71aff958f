using System.Runtime.InteropServices;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Management.Health;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Server.Tests.Management;

public sealed class HealthMetricsTests : IDisposable
{
    private readonly TestMeters _meters = new();
    private readonly FakeReadiness _registry = new() { IsReady = true };

    public HealthMetricsTests() => new HealthMetrics(
        _meters, new NodeHealth(_registry, () => null, TimeProvider.System)).StartAsync(CancellationToken.None);

    public void Dispose() => _meters.Dispose();

    [Fact]
    public void A_node_that_is_ready_is_at_its_best() => Assert.Equal((1, 1, 2, 2), Look());

    [Fact]
    public void A_remark_degrades_its_check_and_leaves_the_node_ready()
    {
        _registry.Remark = "the point is full";

        Assert.Equal((1, 1, 2, 1), Look());
    }

    [Fact]
    public void A_database_that_is_away_shows_in_all_that_follow_from_it()
    {
        _registry.IsReady = false;

        Assert.Equal((0, 0, 0, 2), Look());
    }

    [Fact]
    public void A_node_that_drains_reaches_its_database()
    {
        _registry.IsReady = false;
        _registry.Check = ReadinessFinding.Checks[0];

        Assert.Equal((0, 1, 2, 2), Look());
    }

    private (int Ready, int Reachable, int Database, int Capacity) Look()
    {
        Assert.Equal(1, _meters.Observe(
            $"{HealthMetrics.BuildName} version={ServiceIdentity.Version} runtime={RuntimeInformation.FrameworkDescription}"));
        return (Value(HealthMetrics.ReadyName), Value(HealthMetrics.DatabaseName),
            Value($"{HealthMetrics.HealthName} check=database"), Value($"{HealthMetrics.HealthName} check=capacity"));

        int Value(string series) => (int)_meters.Observe(series)!.Value;
    }
}
