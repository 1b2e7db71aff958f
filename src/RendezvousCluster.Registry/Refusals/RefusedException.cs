using System.Runtime.Serialization;

namespace RendezvousCluster.Registry.Refusals;

/// <summary>Something is not read, and has been counted. The toolkit drops what it cannot read, and keeps the connection.</summary>
internal sealed class RefusedException(string message, Exception? cause = null) : SerializationException(message, cause);
