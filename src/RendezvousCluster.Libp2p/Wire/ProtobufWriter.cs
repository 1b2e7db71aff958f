using System.Buffers;
using System.Text;

namespace RendezvousCluster.Libp2p.Wire;

/// <summary>
/// Writes protobuf fields to a buffer. It writes every field that it gets, zero and empty values too: several peers insist on fields
/// that proto3 would leave out.
/// </summary>
public readonly ref struct ProtobufWriter(IBufferWriter<byte> output)
{
    private readonly IBufferWriter<byte> _output = output;

    /// <summary>The bytes that a varint field takes, tag included.</summary>
    public static int VarintFieldSize(int field, ulong value) => TagSize(field) + UnsignedVarint.Size(value);

    /// <summary>The bytes that a length-delimited field takes, tag and length included.</summary>
    public static int BytesFieldSize(int field, int length) => TagSize(field) + UnsignedVarint.Size((ulong)length) + length;

    /// <summary>Writes a varint field.</summary>
    public void WriteVarint(int field, ulong value)
    {
        WriteVarints(((ulong)field << 3) | (ulong)ProtobufWireType.Varint, value);
    }

    /// <summary>Writes a bytes field, or a nested message that is already encoded.</summary>
    public void WriteBytes(int field, ReadOnlySpan<byte> value)
    {
        WriteLengthPrefix(field, value.Length);
        _output.Write(value);
    }

    /// <summary>Writes a string field as UTF-8.</summary>
    public void WriteString(int field, string value)
    {
        int length = Encoding.UTF8.GetByteCount(value);
        WriteLengthPrefix(field, length);
        Span<byte> span = _output.GetSpan(length);
        _output.Advance(Encoding.UTF8.GetBytes(value, span));
    }

    /// <summary>
    /// Writes the tag and length of a length-delimited field whose <paramref name="length"/> bytes the caller writes next.
    /// </summary>
    public void WriteLengthPrefix(int field, int length) =>
        WriteVarints(((ulong)field << 3) | (ulong)ProtobufWireType.LengthDelimited, (ulong)length);

    private static int TagSize(int field) => UnsignedVarint.Size((ulong)field << 3);

    private void WriteVarints(ulong tag, ulong value)
    {
        Span<byte> span = _output.GetSpan(2 * (UnsignedVarint.MaxBytes + 1));
        int written = UnsignedVarint.Write(span, tag);
        _output.Advance(written + UnsignedVarint.Write(span[written..], value));
    }
}
