namespace RendezvousCluster.Registry.Hosting;

/// <summary>A <see cref="NamespaceWarmUp"/> did not come to its end; the message says why.</summary>
internal sealed class WarmUpException(string message, Exception? innerException) : Exception(message, innerException);
