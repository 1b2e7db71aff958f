namespace RendezvousCluster.Chaos.History;

/// <summary>A REGISTER or UNREGISTER, from its client's side. Times are milliseconds since the run began.</summary>
/// <param name="Namespace">Which namespace, by number.</param>
/// <param name="Peer">Whose registration, by number.</param>
/// <param name="Node">At which node.</param>
/// <param name="Version">Which record of the peer; <see cref="Unregister"/> for an UNREGISTER.</param>
/// <param name="Ttl">For how long, in milliseconds.</param>
/// <param name="Invoked">When it was asked for.</param>
/// <param name="Ended">When the client knew the outcome, or gave up.</param>
/// <param name="Outcome">What the client knows.</param>
/// <param name="Detail">Why it was not acknowledged; empty when it was.</param>
internal sealed record RegistryWrite(
    int Namespace, int Peer, int Node, int Version, long Ttl, long Invoked, long Ended, Outcome Outcome, string Detail = "")
{
    /// <summary>In the place of a record's version.</summary>
    public const int Unregister = -1;

    public bool IsUnregister => Version == Unregister;
}
