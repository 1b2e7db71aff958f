using RendezvousCluster.Client.Errors;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Tests.Errors;

public sealed class StatusTextsTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData(" \t two\nlines\u0007 ", @"two\u000alines\u0007")]
    public void Invisible_characters_are_escaped(string text, string clean) => Assert.Equal(clean, StatusTexts.Clean(text));

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(StatusTexts.MaxLength, StatusTexts.Clean(new string('x', 100_000)).Length);

    [Fact]
    public void Every_status_has_a_name()
    {
        Assert.All(Enum.GetValues<RendezvousStatus>(), status => Assert.Matches("^(OK|E_[A-Z_]+)$", StatusTexts.Name(status)));
        Assert.Contains("999", StatusTexts.Name((RendezvousStatus)999));
    }
}
