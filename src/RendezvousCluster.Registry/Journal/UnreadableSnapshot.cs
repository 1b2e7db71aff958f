using Akka.Actor;

namespace RendezvousCluster.Registry.Journal;

/// <summary>What a damaged snapshot is read as. It never leaves the snapshot store, which takes an older one instead.</summary>
/// <param name="Reason">What is wrong with it.</param>
internal sealed record UnreadableSnapshot(string Reason) : INoSerializationVerificationNeeded;
