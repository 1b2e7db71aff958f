namespace RendezvousCluster.Simulation.World;

/// <summary>One try of a front end: what an owner is asked, and where the answer goes. It is what the owner knows of its caller.</summary>
/// <param name="Request">The request that it is a try of.</param>
/// <param name="Try">Which try. The front end has given up on those before the last.</param>
/// <param name="Node">The front end's node.</param>
/// <param name="Generation">That node's life.</param>
/// <param name="Command">A RegisterCommand, UnregisterCommand or DiscoverQuery.</param>
internal sealed record Ask(FrontEndRequest Request, int Try, SimulatedNode Node, int Generation, object Command);
