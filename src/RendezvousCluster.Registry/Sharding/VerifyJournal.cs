using Akka.Actor;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// This node's word to the owners that live on it: the store was away, or may have been, and the one that is there now may be a copy that
/// lagged. An owner finds out whether it still holds all that the owner knows, and writes again what it does not. If there is another
/// owner, that is how it learns of it.
/// </summary>
/// <param name="EntityId">Whom it is for; null for all that get it. It never leaves the node.</param>
internal sealed record VerifyJournal(string? EntityId) : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded;
