using System.Reflection;
using RendezvousCluster.Protocol.Validation;

namespace RendezvousCluster.Protocol.Tests;

public sealed class StatusTextsTests
{
    private static readonly string[] Texts =
    [
        .. typeof(StatusTexts).GetFields(BindingFlags.NonPublic | BindingFlags.Static)
            .Select(field => (string)field.GetRawConstantValue()!),
    ];

    [Fact]
    public void Every_text_is_a_sentence_that_fits_a_log_line_and_stands_once()
    {
        Assert.All(Texts, text => Assert.True(text.EndsWith('.') && text.Length is > 20 and < 256, text));
        Assert.Equal(Texts.Length, Texts.Distinct().Count());
    }

    [Fact]
    public void Every_refusal_says_one_of_the_texts() => Assert.All(
        typeof(Refusals).GetFields(BindingFlags.Public | BindingFlags.Static).Select(field => (Refusal)field.GetValue(null)!),
        refusal => Assert.Contains(refusal.Text, Texts));
}
