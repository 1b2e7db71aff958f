using RendezvousCluster.Settings;

namespace RendezvousCluster.Server.Tests.Settings;

public sealed class DurationTextTests
{
    [Theory]
    [InlineData("90s", 90_000)]
    [InlineData("2h", 7_200_000)]
    [InlineData("1h30m", 5_400_000)]
    [InlineData("1h 30min", 5_400_000)]
    [InlineData("1.5h", 5_400_000)]
    [InlineData(" 250 ms ", 250)]
    [InlineData("3D", 259_200_000)]
    [InlineData("0", 0)]
    [InlineData("0s", 0)]
    [InlineData("00:05:00", 300_000)]
    [InlineData("00:00:00.25", 250)]
    [InlineData("1.12:00:00", 129_600_000)]
    public void A_time_is_read_as_people_write_it(string text, long milliseconds)
    {
        Assert.True(DurationText.TryParse(text, out TimeSpan time));
        Assert.Equal(TimeSpan.FromMilliseconds(milliseconds), time);
        Assert.True(DurationText.TryParse(DurationText.Format(time), out TimeSpan again));
        Assert.Equal(time, again);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("5")]
    [InlineData("s")]
    [InlineData("5 parsecs")]
    [InlineData("-5s")]
    [InlineData("-00:05:00")]
    [InlineData("1m1h")]
    [InlineData("1s1s")]
    [InlineData("1..5s")]
    [InlineData("1e3s")]
    [InlineData("25:00:99")]
    [InlineData("99999999999999999999d")]
    [InlineData("10675200d")]
    [InlineData("10675199d23h59m59s9999999999999ms")]
    [InlineData("0.00001ms")]
    [InlineData("NaNs")]
    [InlineData("5s\u0000")]
    public void Other_text_is_not_a_time(string text) => Assert.False(DurationText.TryParse(text, out _));

    [Theory]
    [InlineData(259_200, "3d")]
    [InlineData(5_400, "1h30m")]
    [InlineData(0, "0s")]
    public void A_time_is_written_in_the_largest_units(int seconds, string text) =>
        Assert.Equal(text, DurationText.Format(TimeSpan.FromSeconds(seconds)));
}
