using Microsoft.Extensions.Diagnostics.HealthChecks;
using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Management.Health;

/// <summary>One of the <see cref="NodeHealth.Checks"/>, as the framework runs it.</summary>
internal sealed class NodeHealthCheck(NodeHealth health, string name) : IHealthCheck
{
    /// <summary>Under which a result holds since when it is so.</summary>
    internal const string Since = "since";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<ReadinessFinding> found = health.Look(name);
        if (found is [])
        {
            return Task.FromResult(HealthCheckResult.Healthy());
        }

        string text = string.Join(HealthPage.Also, found.Select(finding => finding.Text));
        var data = new Dictionary<string, object> { [Since] = found.Min(finding => finding.Since) };
        return Task.FromResult(found.Any(finding => finding.IsAgainst)
            ? HealthCheckResult.Unhealthy(text, data: data)
            : HealthCheckResult.Degraded(text, data: data));
    }
}
