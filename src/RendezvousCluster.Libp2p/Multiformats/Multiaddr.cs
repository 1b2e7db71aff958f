using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Multiformats;

/// <summary>A self-describing network address such as <c>/ip4/127.0.0.1/tcp/8000/p2p/12D3Koo…</c>. Immutable, compared by its binary form.</summary>
public sealed class Multiaddr : IEquatable<Multiaddr>
{
    /// <summary>The binary form.</summary>
    public ReadOnlyMemory<byte> Bytes => throw new NotImplementedException();

    /// <summary>The parts in order, each a protocol and its value (null where the protocol has none).</summary>
    public IReadOnlyList<MultiaddrComponent> Components => throw new NotImplementedException();

    /// <summary>The peer id of the last <c>/p2p</c> part, or null.</summary>
    public PeerId? PeerId => throw new NotImplementedException();

    /// <summary>Reads the text form.</summary>
    /// <exception cref="FormatException">The text is no multiaddr, or uses an unknown protocol.</exception>
    public static Multiaddr Parse(string text) => throw new NotImplementedException();

    /// <summary>As <see cref="Parse"/>, without the exception.</summary>
    public static bool TryParse(string? text, [NotNullWhen(true)] out Multiaddr? address) => throw new NotImplementedException();

    /// <summary>Reads the binary form; false when it is malformed or uses a protocol code that is not known.</summary>
    public static bool TryFromBytes(ReadOnlySpan<byte> bytes, [NotNullWhen(true)] out Multiaddr? address) => throw new NotImplementedException();

    /// <summary>This address with <paramref name="suffix"/> behind it.</summary>
    public Multiaddr Append(Multiaddr suffix) => throw new NotImplementedException();

    /// <summary>This address with <c>/p2p/peerId</c> behind it (unless it ends so already).</summary>
    public Multiaddr WithPeerId(PeerId peerId) => throw new NotImplementedException();

    /// <summary>This address up to its first <c>/p2p</c> part.</summary>
    public Multiaddr WithoutPeerId() => throw new NotImplementedException();

    /// <summary>The value of the first part with that protocol name (<c>"ip4"</c>, <c>"tcp"</c>, …), or null.</summary>
    public string? ValueOf(string protocolName) => throw new NotImplementedException();

    /// <summary>The text form.</summary>
    public override string ToString() => throw new NotImplementedException();

    /// <inheritdoc/>
    public bool Equals(Multiaddr? other) => throw new NotImplementedException();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Multiaddr);

    /// <inheritdoc/>
    public override int GetHashCode() => throw new NotImplementedException();
}
