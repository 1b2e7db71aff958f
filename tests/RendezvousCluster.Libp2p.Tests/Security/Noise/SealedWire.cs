using System.Buffers;
using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Security.Noise;

namespace RendezvousCluster.Libp2p.Tests.Security.Noise;

/// <summary>One direction of an encrypted connection: a raw pipe and the key that both its ends hold.</summary>
internal sealed class SealedWire
{
    private static readonly byte[] Key = [.. Enumerable.Range(100, CipherState.KeyBytes).Select(index => (byte)index)];

    public SealedWire(long pauseWriterBytes = 0)
    {
        // Inline: once a send has returned, the reader under test has done all that it will do with what was sent.
        Raw = new Pipe(new PipeOptions(
            readerScheduler: PipeScheduler.Inline,
            writerScheduler: PipeScheduler.Inline,
            pauseWriterThreshold: pauseWriterBytes,
            resumeWriterThreshold: pauseWriterBytes / 2,
            useSynchronizationContext: false));
    }

    public Pipe Raw { get; }

    /// <summary>The sender's key: of the test, or of the writer under test.</summary>
    public CipherState SendCipher { get; } = CreateCipher();

    /// <summary>The receiver's key: of the test, or of the reader under test.</summary>
    public CipherState ReceiveCipher { get; } = CreateCipher();

    public byte[] SealFrame(ReadOnlySpan<byte> plaintext)
    {
        byte[] frame = new byte[NoiseFrame.LengthBytes + plaintext.Length + CipherState.TagBytes];
        NoiseFrame.WriteLength(frame, plaintext.Length + CipherState.TagBytes);
        SendCipher.Encrypt(default, plaintext, frame.AsSpan(NoiseFrame.LengthBytes));
        return frame;
    }

    public ValueTask<FlushResult> SendFrameAsync(params byte[] plaintext) => Raw.Writer.WriteAsync(SealFrame(plaintext));

    /// <summary>Opens the frames that lie in the raw pipe, in order.</summary>
    public List<byte[]> TakeFrames()
    {
        List<byte[]> frames = [];
        if (Raw.Reader.TryRead(out ReadResult result))
        {
            ReadOnlySequence<byte> buffer = result.Buffer;
            while (NoiseFrame.TryRead(ref buffer, out ReadOnlySequence<byte> body))
            {
                byte[] plaintext = new byte[body.Length - CipherState.TagBytes];
                Assert.True(ReceiveCipher.TryDecrypt(default, body.ToArray(), plaintext));
                frames.Add(plaintext);
            }

            Assert.True(buffer.IsEmpty);
            Raw.Reader.AdvanceTo(buffer.End);
        }

        return frames;
    }

    /// <summary>Bytes that differ from place to place.</summary>
    public static byte[] Pattern(int length)
    {
        byte[] bytes = new byte[length];
        for (int index = 0; index < length; index++)
        {
            bytes[index] = (byte)(index * 31 + index / 251);
        }

        return bytes;
    }

    private static CipherState CreateCipher()
    {
        var cipher = new CipherState();
        cipher.InitializeKey(Key);
        return cipher;
    }
}
