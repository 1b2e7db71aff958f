using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Security;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Security;

/// <summary>What every <see cref="ISecurityProtocol"/> does, with any handshake. Derive, and hand out instances.</summary>
public abstract class SecurityConformance
{
    private readonly KeyPair _dialerIdentity = KeyPair.GenerateEd25519();
    private readonly KeyPair _listenerIdentity = KeyPair.GenerateEd25519();
    private readonly DuplexPipePair _pair = DuplexPipePair.Create();

    /// <param name="identity">Whom the instance speaks for.</param>
    /// <param name="muxers">What it may agree on early.</param>
    protected abstract ISecurityProtocol Create(KeyPair identity, IReadOnlyList<string> muxers);

    [Fact]
    public async Task Both_sides_learn_the_peer_id_of_the_other()
    {
        (SecuredConnection dialer, SecuredConnection listener) = await ConnectAsync(_pair.Left, _pair.Right);
        Assert.Equal(_listenerIdentity.PeerId, dialer.RemotePeer);
        Assert.Equal(_dialerIdentity.PeerId, listener.RemotePeer);
        Assert.Equal(_listenerIdentity.PublicKey.Encoded.ToArray(), dialer.RemotePublicKey.Encoded.ToArray());
    }

    [Fact]
    public async Task A_dialer_that_expects_nobody_in_particular_accepts_anyone()
    {
        ISecurityProtocol dialing = Create(_dialerIdentity, []);
        ISecurityProtocol listening = Create(_listenerIdentity, []);
        Task<SecuredConnection> inbound = listening.SecureInboundAsync(_pair.Right, default).AsTask();
        Assert.Equal(_listenerIdentity.PeerId, (await dialing.SecureOutboundAsync(_pair.Left, null, default).Within()).RemotePeer);
        await inbound.Within();
    }

    [Fact]
    public async Task A_dialer_that_expects_somebody_else_refuses()
    {
        ISecurityProtocol listening = Create(_listenerIdentity, []);
        Task<SecuredConnection> inbound = listening.SecureInboundAsync(_pair.Right, default).AsTask();
        SecurityHandshakeException failure = await Assert.ThrowsAsync<SecurityHandshakeException>(
            () => Create(_dialerIdentity, []).SecureOutboundAsync(_pair.Left, KeyPair.GenerateEd25519().PeerId, default).Within());
        Assert.Equal(SecurityHandshakeError.PeerIdMismatch, failure.Error);
        await _pair.Left.Output.CompleteAsync();
        await Assert.ThrowsAsync<SecurityHandshakeException>(() => inbound.Within());
    }

    [Theory]
    [InlineData("/a /b", "/a /b", "/a")]
    [InlineData("/b", "/a /b", "/b")]
    [InlineData("/a", "/b", null)]
    [InlineData("", "/a", null)]
    [InlineData("/a", "", null)]
    public async Task Both_sides_agree_on_the_early_muxer_or_on_there_being_none(string dialerMuxers, string listenerMuxers, string? agreed)
    {
        (SecuredConnection dialer, SecuredConnection listener) =
            await ConnectAsync(_pair.Left, _pair.Right, dialerMuxers.Split(' '), listenerMuxers.Split(' '));
        Assert.Equal(agreed, dialer.EarlyMuxer);
        Assert.Equal(agreed, listener.EarlyMuxer);
    }

    [Fact]
    public async Task Bytes_pass_both_ways_unchanged_and_unreadable_in_between()
    {
        (SecuredConnection dialer, SecuredConnection listener) = await ConnectAsync(_pair.Left, _pair.Right);
        byte[] secret = "nobody on the way may read this"u8.ToArray();
        await dialer.Transport.Output.WriteAsync(secret).Within();
        ReadResult onTheWay = await _pair.Right.Input.ReadAtLeastAsync(secret.Length).Within();
        Assert.Equal(-1, onTheWay.Buffer.ToArray().AsSpan().IndexOf(secret));
        _pair.Right.Input.AdvanceTo(onTheWay.Buffer.Start);

        Assert.Equal(secret, await ReadAsync(listener.Transport.Input, secret.Length));
        await listener.Transport.Output.WriteAsync(secret).Within();
        Assert.Equal(secret, await ReadAsync(dialer.Transport.Input, secret.Length));
    }

    [Fact]
    public async Task Completing_the_writer_is_the_end_for_the_remote_reader()
    {
        (SecuredConnection dialer, SecuredConnection listener) = await ConnectAsync(_pair.Left, _pair.Right);
        await dialer.Transport.Output.WriteAsync(new byte[] { 1 }).Within();
        await dialer.Transport.Output.CompleteAsync();
        ReadResult result = await listener.Transport.Input.ReadAtLeastAsync(2).Within();
        Assert.True(result.IsCompleted);
        Assert.Equal([1], result.Buffer.ToArray());
    }

    [Fact]
    public async Task Garbage_instead_of_a_handshake_is_refused_on_either_side()
    {
        foreach (int length in new[] { 3, 100, 20_000 })
        {
            byte[] garbage = new byte[length];
            SeededRandom.Create(out _).NextBytes(garbage);
            DuplexPipePair dialled = await SendAndHangUpAsync(garbage);
            await Assert.ThrowsAsync<SecurityHandshakeException>(
                () => Create(_dialerIdentity, []).SecureOutboundAsync(dialled.Left, null, default).Within());

            DuplexPipePair accepted = await SendAndHangUpAsync(garbage);
            await Assert.ThrowsAsync<SecurityHandshakeException>(
                () => Create(_listenerIdentity, []).SecureInboundAsync(accepted.Left, default).Within());
        }
    }

    [Fact]
    public async Task A_remote_that_hangs_up_at_once_has_an_error_of_its_own()
    {
        await _pair.Right.Output.CompleteAsync();
        SecurityHandshakeException failure = await Assert.ThrowsAsync<SecurityHandshakeException>(
            () => Create(_listenerIdentity, []).SecureInboundAsync(_pair.Left, default).Within());
        Assert.Equal(SecurityHandshakeError.EndOfStream, failure.Error);
    }

    [Fact]
    public Task A_whole_session_arrives_byte_by_byte() => TransferBothWaysAsync(
        SegmentingDuplexPipe.OneByteAtATime(_pair.Left),
        SegmentingDuplexPipe.OneByteAtATime(_pair.Right),
        totalBytes: 3000,
        maxWriteBytes: 700);

    [Fact]
    public async Task A_whole_session_arrives_however_it_is_cut()
    {
        Random random = SeededRandom.Create(out _);
        for (int round = 0; round < 10; round++)
        {
            DuplexPipePair pair = DuplexPipePair.Create(pauseWriterBytes: 128 * 1024);
            await TransferBothWaysAsync(
                SegmentingDuplexPipe.RandomCuts(pair.Left, new Random(random.Next()), 5000),
                SegmentingDuplexPipe.RandomCuts(pair.Right, new Random(random.Next()), 300),
                totalBytes: random.Next(1, 300_000),
                maxWriteBytes: 100_000,
                random.Next());
        }
    }

    private static async Task<DuplexPipePair> SendAndHangUpAsync(byte[] bytes)
    {
        DuplexPipePair pair = DuplexPipePair.Create();
        await pair.Right.Output.WriteAsync(bytes).Within();
        await pair.Right.Output.CompleteAsync();
        return pair;
    }

    private async Task TransferBothWaysAsync(IDuplexPipe left, IDuplexPipe right, int totalBytes, int maxWriteBytes, int seed = 1)
    {
        (SecuredConnection dialer, SecuredConnection listener) = await ConnectAsync(left, right);
        byte[] bytes = new byte[totalBytes];
        new Random(seed).NextBytes(bytes);
        Task[] sending =
        [
            SendAsync(dialer.Transport.Output, bytes, maxWriteBytes, new Random(seed + 1)),
            SendAsync(listener.Transport.Output, bytes, maxWriteBytes, new Random(seed + 2)),
        ];
        Task<byte[]> atListener = ReadAsync(listener.Transport.Input, totalBytes);
        Task<byte[]> atDialer = ReadAsync(dialer.Transport.Input, totalBytes);
        Assert.Equal(bytes, await atListener);
        Assert.Equal(bytes, await atDialer);
        await Task.WhenAll(sending).Within();
    }

    private static async Task SendAsync(PipeWriter writer, byte[] bytes, int maxWriteBytes, Random random)
    {
        for (int sent = 0; sent < bytes.Length;)
        {
            int length = Math.Min(random.Next(0, maxWriteBytes + 1), bytes.Length - sent);
            writer.Write(bytes.AsSpan(sent, length));
            sent += length;
            if (random.Next(3) != 0 || sent == bytes.Length)
            {
                await writer.FlushAsync().Within();
            }
        }
    }

    private static async Task<byte[]> ReadAsync(PipeReader reader, int totalBytes)
    {
        var received = new ArrayBufferWriter<byte>(totalBytes);
        while (received.WrittenCount < totalBytes)
        {
            ReadResult result = await reader.ReadAsync().Within();
            foreach (ReadOnlyMemory<byte> part in result.Buffer)
            {
                received.Write(part.Span);
            }

            reader.AdvanceTo(result.Buffer.End);
            Assert.False(result.IsCompleted && received.WrittenCount < totalBytes, "The channel ended early.");
        }

        return received.WrittenSpan.ToArray();
    }

    private async Task<(SecuredConnection Dialer, SecuredConnection Listener)> ConnectAsync(
        IDuplexPipe left, IDuplexPipe right, string[]? dialerMuxers = null, string[]? listenerMuxers = null)
    {
        ISecurityProtocol dialing = Create(_dialerIdentity, Listed(dialerMuxers));
        ISecurityProtocol listening = Create(_listenerIdentity, Listed(listenerMuxers));
        Task<SecuredConnection> inbound = listening.SecureInboundAsync(right, default).AsTask();
        SecuredConnection dialer = await dialing.SecureOutboundAsync(left, _listenerIdentity.PeerId, default).Within();
        return (dialer, await inbound.Within());
    }

    private static string[] Listed(string[]? muxers) => [.. (muxers ?? []).Where(muxer => muxer.Length > 0)];
}
