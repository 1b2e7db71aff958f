using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Multiformats;

/// <summary>
/// Walks the binary form part by part, without allocating:
/// <code>
/// uvarint(code) value                  where the table fixes the value's size
/// uvarint(code) uvarint(size) value    elsewhere
/// </code>
/// An unknown code ends the walk: the size of its value is not known, so nothing behind it can be read.
/// </summary>
internal ref struct MultiaddrReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _position;

    /// <summary>Whether all was read; false after a failed <see cref="TryRead"/> means that the address is malformed or unknown.</summary>
    public readonly bool IsAtEnd => _position == _bytes.Length;

    /// <summary>Where the next part begins.</summary>
    public readonly int Position => _position;

    public bool TryRead([NotNullWhen(true)] out MultiaddrProtocol? protocol, out ReadOnlySpan<byte> value)
    {
        protocol = null;
        value = default;
        int position = _position;
        if (!TryReadVarint(ref position, out ulong code) || !MultiaddrProtocols.TryGet(code, out MultiaddrProtocol? known))
        {
            return false;
        }

        ulong length = (ulong)(known.FixedValueBytes ?? 0);
        if (known.FixedValueBytes is null && (!TryReadVarint(ref position, out length) || length == 0))
        {
            return false;
        }

        if (length > (ulong)(_bytes.Length - position))
        {
            return false;
        }

        ReadOnlySpan<byte> candidate = _bytes.Slice(position, (int)length);
        if (!MultiaddrValueCodec.IsValid(known.ValueKind, candidate))
        {
            return false;
        }

        protocol = known;
        value = candidate;
        _position = position + (int)length;
        return true;
    }

    private readonly bool TryReadVarint(ref int position, out ulong value)
    {
        OperationStatus status = UnsignedVarint.TryRead(_bytes[position..], out value, out int bytesRead);
        position += bytesRead;
        return status == OperationStatus.Done;
    }
}
