using System.IO.Pipelines;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>However a session's bytes are cut up on their way, the answers are the same bytes.</summary>
public sealed class SessionCutTests
{
    private readonly TestPeer _peer = new();

    [Fact]
    public async Task Byte_by_byte()
    {
        string whole = await PlayAsync(cutUp: null);
        Assert.NotEmpty(whole);
        Assert.Equal(whole, await PlayAsync(SegmentingDuplexPipe.OneByteAtATime));
    }

    [Fact]
    public async Task Cut_at_random()
    {
        Random random = SeededRandom.Create(out int seed);
        string whole = await PlayAsync(cutUp: null);
        for (int round = 0; round < 20; round++)
        {
            string cut = await PlayAsync(inner => SegmentingDuplexPipe.RandomCuts(inner, random, maxPieceBytes: 1 + (round * 10)));
            Assert.True(whole == cut, $"seed {seed}, round {round}: {cut}");
        }
    }

    private byte[] Session() =>
    [
        .. RawRequests.Register("chat"u8.ToArray(), _peer.Record(), type: null).Framed(),
        .. RawRequests.Register("chat"u8.ToArray(), _peer.Record(), 5).Framed(),
        .. RawRequests.Discover("chat"u8.ToArray(), limit: 3).Framed(),
        .. RawRequests.Register([.. Enumerable.Repeat((byte)'x', 255)], _peer.Record(), 9_000).Framed(),
        .. RawRequests.Unregister("chat"u8.ToArray()).Framed(),
        .. RawRequests.Discover(null).Framed(),
        .. RawRequests.Discover("chat"u8.ToArray(), cookie: [1, 2, 3]).Framed(),
    ];

    // Each time a new server, on the same clock, so that revisions and with them cookies are the same.
    private async Task<string> PlayAsync(Func<IDuplexPipe, IDuplexPipe>? cutUp)
    {
        using var frontEnd = new FrontEndFixture(peer: _peer);
        using var connection = FrontEndFixture.Silent(_peer);
        RendezvousDriver stream = frontEnd.OpenStream(connection, cutUp: cutUp);
        await stream.SendAsync(Session());
        await stream.CloseWriteAsync();
        var answers = new List<string>();
        while (await stream.ReceiveBytesAsync() is { } payload)
        {
            answers.Add(Convert.ToHexString(payload));
        }

        Assert.Equal(6, answers.Count);
        return string.Join('\n', answers);
    }
}
