namespace RendezvousCluster.Simulation.Plans;

/// <summary>One thing that a client does.</summary>
/// <param name="Id">Its number in the plan.</param>
/// <param name="At">When, in milliseconds since the beginning.</param>
/// <param name="Kind">What.</param>
/// <param name="Client">Who: a peer for REGISTER and UNREGISTER, a follower for FOLLOW, a namespace without registrations that announces
/// itself.</param>
/// <param name="Namespace">Where; at the directory, in which part.</param>
/// <param name="Node">At which node's front end.</param>
/// <param name="Version">Which of the peer's records; higher ones are newer.</param>
/// <param name="TtlSeconds">For how long; how far a list of what is new looks back, 0 for a list of all.</param>
/// <param name="Limit">How many on a page.</param>
/// <param name="Seed">Where the fate of its messages comes from.</param>
internal sealed record Operation(
    int Id, long At, OperationKind Kind, int Client, int Namespace, int Node, int Version, uint TtlSeconds, int Limit, ulong Seed)
{
    public override string ToString() => Kind switch
    {
        OperationKind.Register => $"REGISTER peer {Client} in ns{Namespace} with record {Version} for {TtlSeconds} s at node {Node}",
        OperationKind.Unregister => $"UNREGISTER peer {Client} from ns{Namespace} at node {Node}",
        OperationKind.Discover => $"DISCOVER ns{Namespace}, pages of {Limit}, at node {Node}",
        OperationKind.Announce => $"announcement of other {Client} to part{Namespace} for {TtlSeconds} s at node {Node}",
        OperationKind.List => $"list of part{Namespace}, {TtlSeconds} s back, pages of {Limit}, at node {Node}",
        _ => $"FOLLOW ns{Namespace} as follower {Client}, pages of {Limit}, at node {Node}",
    };
}
