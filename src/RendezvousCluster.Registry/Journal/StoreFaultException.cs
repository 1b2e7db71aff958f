namespace RendezvousCluster.Registry.Journal;

/// <summary>What was written is lost, though the database took it: see <see cref="IRegistryStore.Fault"/>.</summary>
/// <param name="fault">What has happened, in one sentence.</param>
internal sealed class StoreFaultException(string fault) : IOException(fault);
