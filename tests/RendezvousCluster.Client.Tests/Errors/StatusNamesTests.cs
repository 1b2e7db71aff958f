using RendezvousCluster.Client.Errors;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Client.Tests.Errors;

public sealed class StatusNamesTests
{
    [Theory]
    [InlineData("", "")]
    [InlineData("plain", "plain")]
    [InlineData(" \t two\nlines\u0007 ", @"two\u000alines\u0007")]
    public void Invisible_characters_are_escaped(string text, string clean) => Assert.Equal(clean, StatusNames.Clean(text));

    [Fact]
    public void A_long_text_is_cut() => Assert.Equal(StatusNames.MaxLength, StatusNames.Clean(new string('x', 100_000)).Length);

    [Fact]
    public void Every_status_has_a_name()
    {
        Assert.All(Enum.GetValues<RendezvousStatus>(), status => Assert.Matches("^(OK|E_[A-Z_]+)$", StatusNames.Name(status)));
        Assert.Contains("999", StatusNames.Name((RendezvousStatus)999));
    }
}
