namespace RendezvousCluster.Core.Namespaces;

/// <summary>What a command leads to: at most one event, and the reply to give once that event is committed.</summary>
/// <param name="Event">Null when the command changes nothing; a refusal may then go out at once.</param>
/// <param name="Reply">What the caller gets.</param>
/// <param name="Growth">By how many the live registrations grow with the event: 1, 0 or -1.</param>
internal readonly record struct Decision<TReply>(NamespaceEvent? Event, TReply Reply, int Growth = 0);
