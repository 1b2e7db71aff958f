using System.Diagnostics.Metrics;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.FrontEnd;

namespace RendezvousCluster.Server.Management.Health;

/// <summary>
/// What <see cref="NodeHealth"/> finds, and which build this is, as metrics. They begin with the host, while nothing serves yet.
/// </summary>
internal sealed class HealthMetrics(IMeterFactory meters, NodeHealth health) : IHostedService
{
    internal const string ReadyName = "rendezvous.server.ready";
    internal const string HealthName = "rendezvous.server.health";
    internal const string DatabaseName = "rendezvous.server.database.reachable";
    internal const string BuildName = "rendezvous.server.build";

    private const string DatabaseCheck = "database";

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        Meter meter = meters.Create(FrontEndMetrics.MeterName);
        meter.CreateObservableGauge(
            ReadyName, () => NodeHealth.Checks.Any(IsUnhealthy) ? 0 : 1, description: "1 when this node serves peers, else 0.");
        meter.CreateObservableGauge(
            HealthName, ObserveChecks,
            description: "What each check of readiness says: 2 healthy, 1 degraded, which the node serves with, 0 unhealthy.");
        meter.CreateObservableGauge(
            DatabaseName, () => IsUnhealthy(DatabaseCheck) ? 0 : 1,
            description: "1 when the database answers, or there is none; else 0.");
        meter.CreateObservableGauge(
            BuildName,
            () => new Measurement<int>(
                1,
                new KeyValuePair<string, object?>("version", ServiceIdentity.Version),
                new KeyValuePair<string, object?>("runtime", RuntimeInformation.FrameworkDescription)),
            description: "Always 1; the labels say which build this is and what runs it.");
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private bool IsUnhealthy(string check) => StatusOf(health.Look(check)) == HealthStatus.Unhealthy;

    private IEnumerable<Measurement<int>> ObserveChecks() => NodeHealth.Checks.Select(name => new Measurement<int>(
        (int)StatusOf(health.Look(name)), new KeyValuePair<string, object?>("check", name)));

    private static HealthStatus StatusOf(IEnumerable<ReadinessFinding> found) =>
        found.Aggregate(HealthStatus.Healthy, (worst, finding) =>
            finding.IsAgainst ? HealthStatus.Unhealthy : (HealthStatus)Math.Min((int)worst, (int)HealthStatus.Degraded));
}
