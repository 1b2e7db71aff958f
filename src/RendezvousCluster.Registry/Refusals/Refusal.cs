namespace RendezvousCluster.Registry.Refusals;

/// <summary>What is not read, and why not.</summary>
/// <param name="Reason">Why not.</param>
/// <param name="SerializerId">The number of the serializer that it asks for; 0 when that could not be read.</param>
/// <param name="Manifest">The kind of message that it says to be, in the words of its sender.</param>
/// <param name="Recipient">The path of the actor that it is for, likewise; empty when it is for none.</param>
internal sealed record Refusal(RefusalReason Reason, int SerializerId = 0, string Manifest = "", string Recipient = "");
