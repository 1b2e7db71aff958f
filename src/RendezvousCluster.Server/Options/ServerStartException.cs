namespace RendezvousCluster.Server.Options;

/// <summary>The server cannot start for a reason that its operator can mend; the message is one clear line.</summary>
internal sealed class ServerStartException(string message, Exception? innerException = null) : Exception(message, innerException);
