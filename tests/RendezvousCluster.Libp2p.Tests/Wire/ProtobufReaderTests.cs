using System.Buffers;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Wire;

public class ProtobufReaderTests
{
    [Fact]
    public void The_reader_reads_the_writers_fields()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new ProtobufWriter(output);
        writer.WriteVarint(1, 0);
        writer.WriteVarint(2, ulong.MaxValue);
        writer.WriteBytes(3, [1, 2, 3]);
        writer.WriteString(4, "grüße");
        writer.WriteBytes(536_870_911, []);

        Assert.Equal(
            output.WrittenCount,
            ProtobufWriter.VarintFieldSize(1, 0) + ProtobufWriter.VarintFieldSize(2, ulong.MaxValue) + ProtobufWriter.BytesFieldSize(3, 3)
            + ProtobufWriter.BytesFieldSize(4, 7) + ProtobufWriter.BytesFieldSize(536_870_911, 0));
        var reader = new ProtobufReader(output.WrittenSpan);
        ExpectTag(ref reader, 1, ProtobufWireType.Varint);
        Assert.True(reader.TryReadVarint(out ulong zero) && zero == 0);
        ExpectTag(ref reader, 2, ProtobufWireType.Varint);
        Assert.True(reader.TryReadVarint(out ulong largest) && largest == ulong.MaxValue);
        ExpectTag(ref reader, 3, ProtobufWireType.LengthDelimited);
        Assert.True(reader.TryReadBytes(out ReadOnlySpan<byte> bytes) && bytes.SequenceEqual(new byte[] { 1, 2, 3 }));
        ExpectTag(ref reader, 4, ProtobufWireType.LengthDelimited);
        Assert.True(reader.TryReadBytes(out ReadOnlySpan<byte> text) && text.SequenceEqual("grüße"u8));
        ExpectTag(ref reader, 536_870_911, ProtobufWireType.LengthDelimited);
        Assert.True(reader.TryReadBytes(out ReadOnlySpan<byte> empty) && empty.IsEmpty);
        Assert.False(reader.TryReadTag(out _, out _));
        Assert.False(reader.IsMalformed);
        Assert.Equal(output.WrittenCount, reader.Position);
    }

    [Theory]
    [InlineData("0805")]
    [InlineData("08ffffffffffffffffff01")]
    [InlineData("0880808000")] // padded varints are legal in protobuf
    [InlineData("120161")]
    [InlineData("1200")]
    [InlineData("190102030405060708")]
    [InlineData("1d01020304")]
    [InlineData("")]
    public void Fields_of_every_type_are_skipped(string hex)
    {
        var reader = new ProtobufReader(Convert.FromHexString(hex));
        while (reader.TryReadTag(out _, out ProtobufWireType type))
        {
            Assert.True(reader.TrySkip(type));
        }

        Assert.False(reader.IsMalformed);
        Assert.Equal(hex.Length / 2, reader.Position);
    }

    [Theory]
    [InlineData("08")] // value missing
    [InlineData("0880")] // varint cut off
    [InlineData("08ffffffffffffffffff02")] // more than 64 bits
    [InlineData("08ffffffffffffffffffff01")] // more than ten bytes
    [InlineData("1205616263")] // shorter than declared
    [InlineData("12ffffffffffffffffff01")] // length of 2^64 - 1
    [InlineData("1901020304050607")]
    [InlineData("1d010203")]
    [InlineData("0001")] // field zero
    [InlineData("0b")] // a group begins
    [InlineData("0c")] // a group ends
    [InlineData("0e")] // no such wire type
    [InlineData("8080808080808080800100")] // a tag of more than 32 bits
    public void Malformed_input_is_noticed_and_nothing_more_is_read(string hex)
    {
        var reader = new ProtobufReader(Convert.FromHexString(hex));
        while (reader.TryReadTag(out _, out ProtobufWireType type) && reader.TrySkip(type))
        {
        }

        Assert.True(reader.IsMalformed);
        Assert.False(reader.TryReadTag(out _, out _));
    }

    [Fact]
    public void Random_bytes_never_throw_and_never_read_past_the_end()
    {
        Random random = SeededRandom.Create(out int seed);
        byte[] buffer = new byte[64];
        for (int round = 0; round < 20_000; round++)
        {
            ReadOnlySpan<byte> message = buffer.AsSpan(0, random.Next(buffer.Length));
            random.NextBytes(buffer);
            var reader = new ProtobufReader(message);
            while (reader.TryReadTag(out _, out ProtobufWireType type) && reader.TrySkip(type))
            {
            }

            Assert.True(reader.Position <= message.Length, $"TEST_SEED={seed}");
            Assert.True(reader.IsMalformed || reader.Position == message.Length, $"TEST_SEED={seed}");
        }
    }

    private static void ExpectTag(ref ProtobufReader reader, int field, ProtobufWireType type)
    {
        Assert.True(reader.TryReadTag(out int actualField, out ProtobufWireType actualType));
        Assert.Equal((field, type), (actualField, actualType));
    }
}
