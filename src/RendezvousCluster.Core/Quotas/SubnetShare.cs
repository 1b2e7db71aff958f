namespace RendezvousCluster.Core.Quotas;

/// <summary>
/// How much of a part of the ledger one subnet may hold, so that newcomers from elsewhere find room.
/// </summary>
/// <remarks>
/// <para><b>The rule.</b> As long as the part is used by less than <paramref name="AbovePercent"/>, anybody takes room. Above that, a
/// subnet gets more only while it holds less than <paramref name="OfFreePercent"/> of what is <i>free</i>. A subnet's first place is given
/// for as long as there is any.
/// </para>
/// <para><b>Why of what is free.</b> It is the dynamic threshold by which switches share their buffers (Choudhury and Hahne, 1998). A fixed
/// share of the whole would have to be tiny, or a few dozen subnets of one owner fill everything. A share of what is free shrinks as the
/// part fills, so that N subnets that take all they get leave 1 / (1 + N × share) of it free for the next one: with 6 % ten such subnets
/// leave 62 %, a hundred 14 %, a thousand 1.6 %. Nobody has to know how many there are.
/// </para>
/// <para><b>Of two resources</b>, places and bytes, the one counts of which more is used, in all or by the subnet: its dominant share
/// (Ghodsi et al., 2011). Else the subnet that fills the bytes would be measured by its few places.
/// </para>
/// </remarks>
/// <param name="AbovePercent">From how full on it applies; 100 for never.</param>
/// <param name="OfFreePercent">The share, of what is free.</param>
internal readonly record struct SubnetShare(int AbovePercent, int OfFreePercent)
{
    /// <summary>No bound for subnets.</summary>
    internal static readonly SubnetShare Off = new(AbovePercent: 100, OfFreePercent: 100);

    /// <summary>Whether a subnet may take another place.</summary>
    /// <param name="used">The part of places or of bytes that is used, whichever is more, from 0 to 1.</param>
    /// <param name="heldPlaces">How many places the subnet has.</param>
    /// <param name="held">The same of the subnet.</param>
    public bool Admits(double used, int heldPlaces, double held) =>
        AbovePercent >= 100 || heldPlaces == 0 || used * 100 < AbovePercent || held * 100 < OfFreePercent * (1 - used);
}
