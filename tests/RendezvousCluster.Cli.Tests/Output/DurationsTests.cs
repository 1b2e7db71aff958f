using RendezvousCluster.Cli.Output;

namespace RendezvousCluster.Cli.Tests.Output;

public sealed class DurationsTests
{
    [Theory]
    [InlineData(-5, "0 s")]
    [InlineData(0.4, "0 s")]
    [InlineData(9, "9 s")]
    [InlineData(250, "4 min 10 s")]
    [InlineData(7_190, "1 h 59 min")]
    [InlineData(259_200, "3 d 0 h")]
    public void Two_units_at_most(double seconds, string text) => Assert.Equal(text, Durations.Text(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.123, "0.12 ms")]
    [InlineData(12.34, "12.3 ms")]
    [InlineData(1_234.4, "1234 ms")]
    public void As_many_digits_as_make_sense(double milliseconds, string text) =>
        Assert.Equal(text, Durations.Milliseconds(TimeSpan.FromMilliseconds(milliseconds)));
}
