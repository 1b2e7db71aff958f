using RendezvousCluster.Cli.Output;

namespace RendezvousCluster.Cli.Tests.Output;

public sealed class ReportTests : IDisposable
{
    private readonly StringWriter _output = new();

    public void Dispose() => _output.Dispose();

    [Fact]
    public void A_thing_is_a_JSON_line_or_a_sentence()
    {
        new Report(_output, isJson: true).Say(new { @event = "made", Name = "größer <b>", nothing = (string?)null }, "made it");
        new Report(_output, isJson: false).Say(new { }, "made [it]");

        Assert.Equal("""{"event":"made","name":"größer <b>"}""" + "\nmade [it]\n", _output.ToString().ReplaceLineEndings("\n"));
    }

    [Fact]
    public void A_long_sentence_stays_in_one_line_in_a_pipe()
    {
        new Report(_output, isJson: false).Say(new { }, string.Join(' ', Enumerable.Repeat("word", 100)));

        Assert.Single(_output.ToString().TrimEnd().ReplaceLineEndings("\n").Split('\n'));
    }
}
