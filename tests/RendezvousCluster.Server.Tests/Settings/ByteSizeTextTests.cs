using RendezvousCluster.Settings;

namespace RendezvousCluster.Server.Tests.Settings;

public sealed class ByteSizeTextTests
{
    [Theory]
    [InlineData("0", 0)]
    [InlineData("65536", 65_536)]
    [InlineData("64KiB", 65_536)]
    [InlineData("64 kib", 65_536)]
    [InlineData("1.5GiB", 1_610_612_736)]
    [InlineData("10MB", 10_000_000)]
    [InlineData("1TiB", 1_099_511_627_776)]
    [InlineData("7B", 7)]
    public void A_size_is_read_as_people_write_it(string text, long bytes)
    {
        Assert.True(ByteSizeText.TryParse(text, out long size));
        Assert.Equal(bytes, size);
        Assert.True(ByteSizeText.TryParse(ByteSizeText.Format(size), out long again));
        Assert.Equal(size, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData("KiB")]
    [InlineData("-1")]
    [InlineData("1e9")]
    [InlineData("64 Kilo")]
    [InlineData("0.1B")]
    [InlineData("1 2KiB")]
    [InlineData("9223372036854775808")]
    [InlineData("99999999TiB")]
    [InlineData("0x10")]
    public void Other_text_is_not_a_size(string text) => Assert.False(ByteSizeText.TryParse(text, out _));

    [Theory]
    [InlineData(65_536, "64KiB")]
    [InlineData(201_326_592, "192MiB")]
    [InlineData(1_000_000, "1000000")]
    public void A_size_is_written_in_the_largest_unit_that_divides_it(long bytes, string text) =>
        Assert.Equal(text, ByteSizeText.Format(bytes));
}
