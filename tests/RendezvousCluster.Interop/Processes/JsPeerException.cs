namespace RendezvousCluster.Interop.Processes;

/// <summary>A js peer could not do what it was asked; the message is its error.</summary>
internal sealed class JsPeerException(string op, string message) : Exception($"{op}: {message}");
