using System.CommandLine;
using RendezvousCluster.Settings;

namespace RendezvousCluster.Server.Tests.Settings;

public sealed class SuggestionTests
{
    private static readonly RootCommand Program = new("A program.")
    {
        new Option<string>("--listen"), new Command("health", "How it is.") { new Option<string>("--management") },
    };

    [Theory]
    [InlineData("Did you mean 'health' instead of 'heatlh'?", "heatlh")]
    [InlineData("Did you mean '--listen' instead of '--lisen'?", "--lisen")]
    [InlineData("Did you mean '--management' instead of '--managment'?", "health", "--managment")]
    public void A_slip_is_answered_by_the_word_that_is_meant(string sentence, params string[] arguments) =>
        Assert.Equal([sentence], Suggestion.For(Program.Parse(arguments)));

    [Theory]
    [InlineData("dance")]
    [InlineData("--verbose")]
    [InlineData("health", "--listen")] // that of another command
    [InlineData("health")]
    public void A_word_that_is_like_none_gets_no_suggestion(params string[] arguments) =>
        Assert.Empty(Suggestion.For(Program.Parse(arguments)));
}
