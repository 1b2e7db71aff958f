using System.Text;
using System.Text.Json;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Tests.Wire;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("chat")]
    [InlineData("größer, 日本語, кириллица, עברית, العربية")]
    [InlineData("emoji 🙂 and an accent e\u0301")]
    [InlineData(@"C:\path \u001b as it was typed, [red]markup[/], ""quotes"", <b>")]
    [InlineData("")]
    public void Visible_characters_stay_as_they_are(string text) => Assert.Same(text, VisibleText.Of(text));

    [Theory]
    [InlineData("evil\u001b]0;title\u0007\u001b[31m\nFAKE ROW\u202e", @"evil\u001b]0;title\u0007\u001b[31m\u000aFAKE ROW\u202e")]
    [InlineData("\0\t\r\n\b\u007f", @"\u0000\u0009\u000d\u000a\u0008\u007f")] // C0 and DEL
    [InlineData("\u0080\u0085\u009b31m", @"\u0080\u0085\u009b31m")] // C1: 9B begins a sequence of its own
    // Directions of writing.
    [InlineData("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", @"\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")]
    [InlineData("\u200e\u200f\u061c", @"\u200e\u200f\u061c")]
    [InlineData("a\u2028b\u2029c", @"a\u2028b\u2029c")] // separators of lines and paragraphs
    [InlineData("a\u200bb\u200cc\u200dd\u2060e\ufefff\u00ad", @"a\u200bb\u200cc\u200dd\u2060e\ufefff\u00ad")] // no width
    // Letters that are shown as nothing.
    [InlineData("a\u034fb\u115fc\u3164d\uffa0e\ufe0ff\u180eg\u17b4", @"a\u034fb\u115fc\u3164d\uffa0e\ufe0ff\u180eg\u17b4")]
    [InlineData("a\u00a0b\u2003c\u3000d\u2800", @"a\u00a0b\u2003c\u3000d\u2800")] // looks like a space
    [InlineData("\ue000\ufdd0", @"\ue000\ufdd0")] // private use, no character
    [InlineData("\U000e0041\U000e0100", @"\udb40\udc41\udb40\udd00")] // tags and selectors beyond 16 bits
    public void Invisible_characters_are_written_in_the_form_of_JSON(string text, string visible)
    {
        Assert.Equal(visible, VisibleText.Of(text));
        Assert.Equal(visible, VisibleText.Of(VisibleText.Of(text))); // also when it goes through two hands
        Assert.Equal(visible, $"{(VisibleText)text}");
    }

    [Fact]
    public void Half_of_a_pair_is_escaped() // not as data of a theory: an attribute cannot hold one
    {
        Assert.Equal(@"a\ud83d", VisibleText.Of("a\ud83d"));
        Assert.Equal(@"\ude42b\ud83d" + "🙂", VisibleText.Of("\ude42b\ud83d\ud83d\ude42"));
    }

    [Theory]
    [InlineData("12345678", 8, "12345678")]
    [InlineData("123456789", 8, "1234567…")]
    [InlineData("123456\u001b", 12, @"123456\u001b")]
    [InlineData("1234567\u001b", 12, "1234567…")] // never half of an escape
    [InlineData("123456🙂🙂", 8, "123456…")] // nor of a pair
    [InlineData("\u001b\u001b", 1, "…")]
    [InlineData("ab", 1, "…")]
    [InlineData("a", 1, "a")]
    public void Text_that_is_too_long_is_cut_with_a_mark(string text, int maxLength, string visible) =>
        Assert.Equal(visible, VisibleText.Of(text, maxLength));

    [Fact]
    public void A_megabyte_becomes_one_readable_line()
    {
        string visible = VisibleText.Of(new string('\u001b', 1_000_000));

        Assert.InRange(visible.Length, VisibleText.MaxLength - 6, VisibleText.MaxLength);
        Assert.EndsWith(@"\u001b…", visible);
    }

    [Fact]
    public void Nothing_is_empty()
    {
        Assert.Equal("", VisibleText.Of(null));
        Assert.Equal("", default(VisibleText).ToString());
        Assert.Equal("a", VisibleText.FromString("a").ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => VisibleText.Of("a", 0));
    }

    [Fact]
    public void Every_character_of_Unicode_is_shown_or_escaped_and_a_line_of_JSON_says_the_same_as_before()
    {
        for (int value = 0; value <= 0x10FFFF; value++)
        {
            if (!Rune.TryCreate(value, out Rune rune))
            {
                continue;
            }

            string text = rune.ToString();
            string visible = VisibleText.Of(text);
            Assert.True(visible == text ? VisibleText.IsVisible(rune) : visible.All(char.IsAscii), $"U+{value:X4}");
            string json = $"\"{text}\"";
            if (value >= ' ' && value is not ('"' or '\\'))
            {
                Assert.Equal(text, JsonSerializer.Deserialize<string>(VisibleText.Of(json)));
            }
        }
    }
}
