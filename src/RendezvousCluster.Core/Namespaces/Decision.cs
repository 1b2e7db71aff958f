namespace RendezvousCluster.Core.Namespaces;

/// <summary>What a command leads to: at most one event, and the reply to give once that event is committed.</summary>
/// <param name="Event">Null when the command changes nothing; the reply may then go out at once.</param>
/// <param name="Reply">What the caller gets.</param>
internal readonly record struct Decision<TReply>(NamespaceEvent? Event, TReply Reply);
