namespace RendezvousCluster.Libp2p.Limits;

/// <summary>A layer of a connection that counts the bytes that it holds in an account, which it gets after it was made.</summary>
internal interface IHoldsBytes
{
    /// <summary>From here on counts in this account. Called before the layer is used.</summary>
    void CountIn(ByteAccount account);
}
