using System.Diagnostics.CodeAnalysis;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>A peer's identity key: <c>PublicKey { Type = 1, Data = 2 }</c> of the peer-ids spec, checked on the way in.</summary>
public sealed class PublicKey
{
    /// <summary>The kind of key.</summary>
    public KeyType Type => throw new NotImplementedException();

    /// <summary>The peer id derived from it.</summary>
    public PeerId PeerId => throw new NotImplementedException();

    /// <summary>The canonical protobuf encoding, as it is hashed into the peer id.</summary>
    public ReadOnlyMemory<byte> Encoded => throw new NotImplementedException();

    /// <summary>Decodes and checks a key: canonical encoding only, known type, sane size.</summary>
    public static bool TryDecode(ReadOnlySpan<byte> encoded, [NotNullWhen(true)] out PublicKey? key) => throw new NotImplementedException();

    /// <summary>Whether <paramref name="signature"/> is this key's over <paramref name="message"/>. Never throws on bad input.</summary>
    public bool Verify(ReadOnlySpan<byte> message, ReadOnlySpan<byte> signature) => throw new NotImplementedException();
}
