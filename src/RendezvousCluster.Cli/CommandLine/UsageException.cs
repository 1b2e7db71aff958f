namespace RendezvousCluster.Cli.CommandLine;

/// <summary>The command line or the configuration cannot be used; the message says why, in one line.</summary>
internal sealed class UsageException(string message, Exception? innerException = null) : Exception(message, innerException);
