using System.IO.Pipelines;

namespace RendezvousCluster.Testing;

/// <summary>
/// A connection whose incoming bytes arrive in small pieces: each read shows one piece more than the last one that was examined to its
/// end, and the buffer is made of as many segments. It finds parsers that take a whole frame, or a contiguous one, for granted.
/// Outgoing bytes pass unchanged.
/// </summary>
public sealed class SegmentingDuplexPipe : IDuplexPipe
{
    private SegmentingDuplexPipe(IDuplexPipe inner, Func<int> nextPieceBytes)
    {
        Input = new SegmentingPipeReader(inner.Input, nextPieceBytes);
        Output = inner.Output;
    }

    public PipeReader Input { get; }

    public PipeWriter Output { get; }

    public static IDuplexPipe OneByteAtATime(IDuplexPipe inner) => new SegmentingDuplexPipe(inner, () => 1);

    /// <param name="inner">The connection to cut up.</param>
    /// <param name="random">Seeded; owned by this pipe from here on.</param>
    /// <param name="maxPieceBytes">Pieces take 1 to this many bytes.</param>
    public static IDuplexPipe RandomCuts(IDuplexPipe inner, Random random, int maxPieceBytes = 64) =>
        new SegmentingDuplexPipe(inner, () => random.Next(1, maxPieceBytes + 1));
}
