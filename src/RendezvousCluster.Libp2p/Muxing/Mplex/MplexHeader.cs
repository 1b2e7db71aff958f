using System.Buffers;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Muxing.Mplex;

/// <summary>
/// The header of every mplex message (libp2p specs, mplex/README.md); Length bytes of body follow. The same id may be in use in both
/// directions: a stream is known by its id and who opened it.
/// <code>
/// +-----------------------+------------------+
/// | uvarint id * 8 + flag | uvarint length   |
/// +-----------------------+------------------+
/// </code>
/// </summary>
internal readonly record struct MplexHeader(ulong Id, MplexFlag Flag, ulong Length)
{
    /// <summary>Two varints of nine bytes.</summary>
    public const int MaxBytes = 2 * UnsignedVarint.MaxBytes;

    private const int FlagBits = 3;

    /// <summary>Whether the sender of this message opened the stream.</summary>
    public bool IsFromInitiator => ((int)Flag & 1) == 0;

    /// <summary>Reads a header from the front of <paramref name="buffer"/>, without judging its values.</summary>
    /// <param name="buffer">Received bytes.</param>
    /// <param name="header">The header, when the answer is Done.</param>
    /// <param name="bytesRead">What it took.</param>
    public static OperationStatus TryRead(in ReadOnlySequence<byte> buffer, out MplexHeader header, out int bytesRead)
    {
        header = default;
        bytesRead = 0;
        OperationStatus status = UnsignedVarint.TryRead(buffer, out ulong first, out int firstBytes);
        if (status != OperationStatus.Done)
        {
            return status;
        }

        status = UnsignedVarint.TryRead(buffer.Slice(firstBytes), out ulong length, out int lengthBytes);
        if (status == OperationStatus.Done)
        {
            header = new MplexHeader(first >> FlagBits, (MplexFlag)(first & ((1 << FlagBits) - 1)), length);
            bytesRead = firstBytes + lengthBytes;
        }

        return status;
    }

    /// <summary>Writes the header and answers its length.</summary>
    public int Write(Span<byte> destination)
    {
        int written = UnsignedVarint.Write(destination, (Id << FlagBits) | (uint)Flag);
        return written + UnsignedVarint.Write(destination[written..], Length);
    }
}
