using RendezvousCluster.Registry;

namespace RendezvousCluster.Server.Management.Admin.Answers;

/// <summary>The namespaces in a node's memory.</summary>
/// <param name="Awake">How many there are, with empty ones that were asked for.</param>
/// <param name="Registrations">How many registrations they have together.</param>
/// <param name="Largest">Those with the most registrations, the most first.</param>
internal sealed record NamespacesAnswer(int Awake, long Registrations, IReadOnlyList<NamespaceSize> Largest);
