namespace RendezvousCluster.Chaos.Load;

/// <summary>A request was not sent: the node cannot be reached. It surely has no effect.</summary>
internal sealed class NotSentException(string message, Exception inner) : Exception(message, inner);
