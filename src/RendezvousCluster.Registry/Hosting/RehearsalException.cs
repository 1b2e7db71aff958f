namespace RendezvousCluster.Registry.Hosting;

/// <summary>A <see cref="Rehearsal"/> did not come to its end; the message says why.</summary>
internal sealed class RehearsalException(string message, Exception? innerException) : Exception(message, innerException);
