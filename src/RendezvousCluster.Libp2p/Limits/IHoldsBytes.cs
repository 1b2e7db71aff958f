namespace RendezvousCluster.Libp2p.Limits;

/// <summary>A layer of a connection that can be told, once it is there, where to count the bytes that it holds.</summary>
internal interface IHoldsBytes
{
    /// <summary>From here on counts in this account. Called before the layer is used.</summary>
    void CountIn(ByteAccount account);
}
