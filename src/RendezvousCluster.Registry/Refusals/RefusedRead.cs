namespace RendezvousCluster.Registry.Refusals;

/// <summary>A message or row that this node did not read.</summary>
/// <param name="Reason">Why it did not.</param>
/// <param name="SerializerId">The number of the serializer that it asks for; 0 when that could not be read.</param>
/// <param name="Manifest">The kind of message that it says to be, in the words of its sender.</param>
/// <param name="Recipient">The path of the actor that it is for, likewise; empty when it is for none.</param>
internal sealed record RefusedRead(RefusedReadReason Reason, int SerializerId = 0, string Manifest = "", string Recipient = "");
