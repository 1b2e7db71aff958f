using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Libp2p.Security.Noise;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

/// <summary>Somebody between the two sides changes, cuts or blows up one handshake message, then hangs up behind it.</summary>
public sealed class NoiseHandshakeTamperingTests
{
    private readonly NoiseSecurityProtocol _initiator = Create();
    private readonly NoiseSecurityProtocol _responder = Create();

    [Fact]
    public async Task An_untouched_handshake_succeeds()
    {
        Outcome outcome = await RelayAsync(tamperedMessage: 0, frame => frame);
        Assert.Null(outcome.Initiator);
        Assert.Null(outcome.Responder);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_changed_byte_at_any_offset_is_found(int message)
    {
        int frameBytes = (await RelayAsync(message, frame => frame)).FrameBytes;
        for (int offset = 0; offset < frameBytes; offset++)
        {
            Outcome outcome = await RelayAsync(message, frame => Flip(frame, offset));
            ExpectFailure(message, outcome, $"message {message}, offset {offset}");
            if (offset >= NoiseFrame.LengthBytes)
            {
                SecurityHandshakeError? error = message == 3 ? outcome.Responder : outcome.Initiator;
                Assert.Equal(SecurityHandshakeError.DecryptFailed, error);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_message_cut_at_any_offset_is_an_end_inside_the_handshake(int message)
    {
        int frameBytes = (await RelayAsync(message, frame => frame)).FrameBytes;
        for (int length = 0; length < frameBytes; length++)
        {
            Outcome outcome = await RelayAsync(message, frame => frame[..length]);
            SecurityHandshakeError? error = message == 2 ? outcome.Initiator : outcome.Responder;
            Assert.Equal(SecurityHandshakeError.EndOfStream, error);
            ExpectFailure(message, outcome, $"message {message}, cut at {length}");
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_message_over_the_limit_is_refused_by_its_declared_length(int message)
    {
        int limit = new Libp2pLimits().NoiseMaxHandshakeBytes;
        Outcome outcome = await RelayAsync(message, _ => Declared(limit + 1)[..NoiseFrame.LengthBytes]);
        Assert.Equal(SecurityHandshakeError.Malformed, message == 2 ? outcome.Initiator : outcome.Responder);

        // The length is unsigned: 0xFFFF is a large message, not a negative one.
        outcome = await RelayAsync(message, _ => [0xFF, 0xFF]);
        Assert.Equal(SecurityHandshakeError.Malformed, message == 2 ? outcome.Initiator : outcome.Responder);

        // At the limit the message is read and found not to authenticate: the first one by the initiator, from the answer to it.
        outcome = await RelayAsync(message, _ => Declared(limit));
        Assert.Equal(SecurityHandshakeError.DecryptFailed, message == 3 ? outcome.Responder : outcome.Initiator);
    }

    [Theory]
    [InlineData(1, 31)]
    [InlineData(2, 95)]
    [InlineData(3, 63)]
    public async Task A_message_shorter_than_its_keys_is_malformed(int message, int bodyBytes)
    {
        Outcome outcome = await RelayAsync(message, _ => Declared(bodyBytes));
        Assert.Equal(SecurityHandshakeError.Malformed, message == 2 ? outcome.Initiator : outcome.Responder);
    }

    private static void ExpectFailure(int message, Outcome outcome, string where)
    {
        // Once the initiator has sent message 3 it cannot know what becomes of it.
        Assert.True(message == 3 || outcome.Initiator is not null, $"The initiator did not notice: {where}");
        Assert.True(outcome.Responder is not null, $"The responder did not notice: {where}");
    }

    private async Task<Outcome> RelayAsync(int tamperedMessage, Func<byte[], byte[]> tamper)
    {
        DuplexPipePair left = DuplexPipePair.Create();
        DuplexPipePair right = DuplexPipePair.Create();
        Task<SecurityHandshakeError?> initiating = OutcomeAsync(left.Left, pipe => _initiator.SecureOutboundAsync(pipe, null, default));
        Task<SecurityHandshakeError?> responding = OutcomeAsync(right.Left, pipe => _responder.SecureInboundAsync(pipe, default));
        int frameBytes = 0;

        // Behind a changed message 1 the responder's answer still passes: only the initiator can tell from it that something is wrong.
        int lastMessage = tamperedMessage switch { 0 => 3, 1 => 2, _ => tamperedMessage };
        for (int message = 1; message <= lastMessage; message++)
        {
            (PipeReader from, PipeWriter to) =
                message % 2 == 1 ? (left.Right.Input, right.Right.Output) : (right.Right.Input, left.Right.Output);
            if (await RawFrame.ReadAsync(from) is not { } frame)
            {
                break;
            }

            if (message == tamperedMessage)
            {
                frameBytes = frame.Length;
                frame = tamper(frame);
            }

            await to.WriteAsync(frame).Within();
            if (message == tamperedMessage)
            {
                await to.CompleteAsync();
            }
        }

        await left.Right.Output.CompleteAsync();
        await right.Right.Output.CompleteAsync();
        return new Outcome(await initiating.Within(), await responding.Within(), frameBytes);
    }

    // Null for success. A side that fails hangs up, as the host does.
    private static async Task<SecurityHandshakeError?> OutcomeAsync(
        IDuplexPipe pipe, Func<IDuplexPipe, ValueTask<SecuredConnection>> secure)
    {
        try
        {
            await secure(pipe).Within();
            return null;
        }
        catch (SecurityHandshakeException failure)
        {
            await pipe.Output.CompleteAsync();
            return failure.Error;
        }
    }

    private static byte[] Flip(byte[] frame, int offset)
    {
        frame[offset] ^= 0x04;
        return frame;
    }

    private static byte[] Declared(int bodyBytes)
    {
        byte[] frame = new byte[NoiseFrame.LengthBytes + bodyBytes];
        frame.AsSpan().Fill(0x42);
        NoiseFrame.WriteLength(frame, bodyBytes);
        return frame;
    }

    private static NoiseSecurityProtocol Create() => new(KeyPair.GenerateEd25519(), ["/yamux/1.0.0"], new Libp2pLimits());

    private sealed record Outcome(SecurityHandshakeError? Initiator, SecurityHandshakeError? Responder, int FrameBytes);
}
