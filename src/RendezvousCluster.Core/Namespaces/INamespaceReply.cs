namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// What the owner of a namespace answers: a <see cref="RegisterReply"/>, <see cref="UnregisterReply"/> or <see cref="DiscoverReply"/>.
/// </summary>
internal interface INamespaceReply;
