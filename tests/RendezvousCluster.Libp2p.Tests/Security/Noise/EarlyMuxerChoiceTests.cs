using RendezvousCluster.Libp2p.Security.Noise;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

public sealed class EarlyMuxerChoiceTests
{
    [Theory]
    [InlineData("y m", "y m", "y")]
    [InlineData("m y", "y m", "m")]
    [InlineData("y", "y m", "y")]
    [InlineData("m", "y m", "m")]
    [InlineData("x m", "y m", "m")]
    [InlineData("x", "y m", null)]
    [InlineData("", "y m", null)]
    [InlineData("y m", "", null)]
    [InlineData("", "", null)]
    public void The_initiators_first_muxer_that_the_responder_has_is_chosen(string initiator, string responder, string? chosen) =>
        Assert.Equal(chosen, EarlyMuxerChoice.Choose(List(initiator), List(responder)));

    // js takes the first of the remote's list that it has itself, on either side.
    [Theory]
    [InlineData("y", "y")]
    [InlineData("m", "m")]
    [InlineData("y m", "y")]
    [InlineData("m y", "y")]
    public void As_initiator_our_list_of_one_leaves_a_js_responder_no_other_choice(string js, string chosen)
    {
        string? ours = EarlyMuxerChoice.Choose(List("y m"), List(js));
        Assert.Equal(chosen, ours);
        Assert.Equal(ours, JsChoice(own: List(js), remote: [ours!]));
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData("m", true)]
    [InlineData("y m", true)]
    [InlineData("m y", false)]
    public void As_responder_we_agree_with_every_js_initiator_but_the_one_that_prefers_mplex(string js, bool agree)
    {
        string? ours = EarlyMuxerChoice.Choose(List(js), List("y m"));
        Assert.Equal(agree, ours == JsChoice(own: List(js), remote: List("y m")));
    }

    private static string? JsChoice(string[] own, string[] remote) => remote.FirstOrDefault(own.Contains);

    private static string[] List(string muxers) => muxers.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
