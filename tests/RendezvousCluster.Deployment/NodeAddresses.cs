namespace RendezvousCluster.Deployment;

/// <summary>Where peers reach a node.</summary>
internal sealed record NodeAddresses(string Tcp, string WebSocket);
