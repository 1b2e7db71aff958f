using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Registry.Outages;

namespace RendezvousCluster.Registry.Tests;

/// <summary>For tests that look at something else.</summary>
internal static class TestHealth
{
    /// <summary>Watches no store, so all is always well.</summary>
    internal static StoreHealth Well => New(TimeProvider.System);

    internal static StoreHealth New(TimeProvider time) => new(new KeptStates(), time, NullLogger<StoreHealth>.Instance);
}
