using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Readiness;

/// <summary>What <see cref="RegistryReadiness"/> takes from the options of the registry.</summary>
/// <param name="ReadyTimeout">The start is given up when the registry was not ready once within this.</param>
/// <param name="Seeds">Nodes through which this one joins.</param>
internal sealed record ReadinessSettings(TimeSpan ReadyTimeout, IEnumerable<NodeAddress> Seeds);
