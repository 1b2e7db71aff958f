namespace RendezvousCluster.Libp2p.Identity;

/// <summary>A private identity key with its public half.</summary>
public sealed class KeyPair
{
    /// <summary>The public half.</summary>
    public PublicKey PublicKey => throw new NotImplementedException();

    /// <summary>The peer id of this identity.</summary>
    public PeerId PeerId => PublicKey.PeerId;

    /// <summary>Makes a new Ed25519 identity.</summary>
    public static KeyPair GenerateEd25519() => throw new NotImplementedException();

    /// <summary>Signs <paramref name="message"/> as the peer-ids spec says for the key's type.</summary>
    public byte[] Sign(ReadOnlySpan<byte> message) => throw new NotImplementedException();
}
