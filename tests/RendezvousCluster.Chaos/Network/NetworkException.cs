namespace RendezvousCluster.Chaos.Network;

/// <summary>Networks of their own cannot be made here; the message says why.</summary>
internal sealed class NetworkException(string message, Exception? inner = null) : Exception(message, inner);
