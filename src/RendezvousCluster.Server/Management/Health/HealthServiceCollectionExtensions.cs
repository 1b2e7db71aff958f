using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace RendezvousCluster.Server.Management.Health;

/// <summary>Adds the checks of readiness to a host.</summary>
internal static class HealthServiceCollectionExtensions
{
    /// <summary>Adds <see cref="HealthPage"/> and a check for each name; <see cref="NodeHealth"/> has to be there.</summary>
    public static IServiceCollection AddNodeHealthChecks(this IServiceCollection services)
    {
        IHealthChecksBuilder checks = services.AddHealthChecks();
        foreach (string name in NodeHealth.Checks)
        {
            checks.Add(new HealthCheckRegistration(
                name, provider => new NodeHealthCheck(provider.GetRequiredService<NodeHealth>(), name), failureStatus: null, tags: null));
        }

        return services.AddSingleton<HealthPage>();
    }
}
