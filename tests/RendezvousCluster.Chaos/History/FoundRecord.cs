namespace RendezvousCluster.Chaos.History;

/// <summary>A registration on a page.</summary>
/// <param name="Shown">The namespace that the entry names, by number; <see cref="Nobodys"/> when there is none of that name.</param>
/// <param name="Namespace">The namespace that the record was made for.</param>
/// <param name="Peer">Whose record it is, byte by byte; <see cref="Nobodys"/> when nobody made these bytes.</param>
/// <param name="Version">Which of the peer's records.</param>
/// <param name="RemainingSeconds">How long it has left, as the entry says.</param>
internal readonly record struct FoundRecord(int Shown, int Namespace, int Peer, int Version, long RemainingSeconds)
{
    /// <summary>In the place of a number that nobody can know.</summary>
    public const int Nobodys = -1;
}
