using System.Text.Json;
using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Interop.Transport;

/// <summary>The control: js against js, with none of our code between. When these fail, the set-up is broken, not we.</summary>
public sealed class JsAmongThemselvesTests
{
    [Theory]
    [InlineData("tcp", "yamux")]
    [InlineData("tcp", "mplex")]
    [InlineData("ws", "yamux")]
    [InlineData("ws", "mplex")]
    public async Task Dial_and_digest(string transport, string muxer)
    {
        await using JsPeer listener = await JsPeer.StartAsync(transport, muxer);
        await using JsPeer dialler = await JsPeer.StartAsync(transport, muxer, listen: false);

        JsonElement connection = await dialler.AskAsync("dial", new { addr = listener.Addresses[0] });
        JsonElement reply = await dialler.AskAsync("halfclose", new { peer = listener.PeerId, bytes = 100_000 });

        Assert.Equal(new Stack(transport, muxer, Dialler.Js).MuxerProtocol, connection.GetProperty("muxer").GetString());
        Assert.True(reply.GetProperty("intact").GetBoolean());
    }
}
