namespace RendezvousCluster.Chaos.Load;

/// <summary>A request was sent, or may have been, and no answer came.</summary>
internal sealed class NoAnswerException(string message, Exception? inner = null) : Exception(message, inner);
