using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>For tests that look at something else.</summary>
internal static class TestMetrics
{
    internal static readonly EntityMetrics Entities = new(new TestMeters());

    internal static readonly RefusedReads Refused = new(new TestMeters(), TimeProvider.System, NullLogger<RefusedReads>.Instance);
}
