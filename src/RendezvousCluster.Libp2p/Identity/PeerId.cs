using System.Diagnostics.CodeAnalysis;

namespace RendezvousCluster.Libp2p.Identity;

/// <summary>A peer's name: a multihash of its public key (identity up to 42 bytes, else SHA-256). Compared by bytes.</summary>
public sealed class PeerId : IEquatable<PeerId>
{
    /// <summary>The multihash.</summary>
    public ReadOnlyMemory<byte> Bytes => throw new NotImplementedException();

    /// <summary>Reads either text form: base58btc (<c>12D3Koo…</c>, <c>Qm…</c>) or CIDv1 (<c>bafz…</c>).</summary>
    /// <exception cref="FormatException">The text is no peer id.</exception>
    public static PeerId Parse(string text) => throw new NotImplementedException();

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out PeerId? peerId) => throw new NotImplementedException();

    /// <summary>Reads the binary form: an identity (at most 42 bytes) or SHA-256 multihash.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out PeerId? peerId) => throw new NotImplementedException();

    /// <summary>The base58btc form.</summary>
    public override string ToString() => throw new NotImplementedException();

    /// <summary>The CIDv1 form in base32.</summary>
    public string ToCid() => throw new NotImplementedException();

    /// <inheritdoc/>
    public bool Equals(PeerId? other) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as PeerId);

    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();
}
