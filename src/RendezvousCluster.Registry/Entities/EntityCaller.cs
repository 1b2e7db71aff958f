using Akka.Actor;

namespace RendezvousCluster.Registry.Entities;

/// <summary>The sender of a command to an entity.</summary>
/// <param name="Sender">The actor that gets the answer.</param>
/// <param name="TraceParent">The trace that the command belongs to, in the form of W3C's traceparent; null when it belongs to none.</param>
internal readonly record struct EntityCaller(IActorRef Sender, string? TraceParent);
