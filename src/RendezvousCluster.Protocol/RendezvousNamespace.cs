using System.Diagnostics.CodeAnalysis;
using System.Text;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Protocol;

/// <summary>A namespace: 1 to 255 bytes of valid UTF-8. Two are equal when their bytes are; no normalisation takes place.</summary>
public sealed class RendezvousNamespace : IEquatable<RendezvousNamespace>
{
    /// <summary>The spec's limit, in bytes of UTF-8.</summary>
    public const int MaxBytes = 255;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly byte[] _utf8;

    private RendezvousNamespace(string name, byte[] utf8)
    {
        Name = name;
        _utf8 = utf8;
    }

    /// <summary>The name as text.</summary>
    public string Name { get; }

    /// <summary>The name as it stands on the wire.</summary>
    public ReadOnlyMemory<byte> Utf8 => _utf8;

    /// <summary>Checks and copies a name from the wire.</summary>
    public static bool TryCreate(ReadOnlySpan<byte> utf8, [NotNullWhen(true)] out RendezvousNamespace? result)
    {
        result = null;
        if (utf8.Length is 0 or > MaxBytes || !System.Text.Unicode.Utf8.IsValid(utf8))
        {
            return false;
        }

        result = new RendezvousNamespace(Encoding.UTF8.GetString(utf8), utf8.ToArray());
        return true;
    }

    /// <summary>Makes a namespace from text.</summary>
    /// <exception cref="FormatException">The text is empty, longer than 255 bytes of UTF-8, or no valid Unicode.</exception>
    public static RendezvousNamespace Parse(string name)
    {
        try
        {
            return TryCreate(StrictUtf8.GetBytes(name), out RendezvousNamespace? result)
                ? result
                : throw new FormatException($"A namespace has 1 to {MaxBytes} bytes of UTF-8.");
        }
        catch (EncoderFallbackException exception)
        {
            throw new FormatException("A namespace is valid Unicode; this one has a lone surrogate.", exception);
        }
    }

    /// <inheritdoc/>
    public bool Equals(RendezvousNamespace? other) => other is not null && string.Equals(Name, other.Name, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RendezvousNamespace);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Name, StringComparison.Ordinal);

    /// <summary>The name as it may stand in a log: peers choose it. <see cref="Name"/> is the name as it is.</summary>
    public override string ToString() => VisibleText.Of(Name);
}
