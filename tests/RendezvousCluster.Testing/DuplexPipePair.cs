using System.IO.Pipelines;

namespace RendezvousCluster.Testing;

/// <summary>Two ends of an in-memory connection: what one writes, the other reads.</summary>
public sealed class DuplexPipePair
{
    private DuplexPipePair(IDuplexPipe left, IDuplexPipe right)
    {
        Left = left;
        Right = right;
    }

    public IDuplexPipe Left { get; }

    public IDuplexPipe Right { get; }

    /// <param name="pauseWriterBytes">How much may lie unread before a flush waits.</param>
    public static DuplexPipePair Create(long pauseWriterBytes = 64 * 1024)
    {
        var options = new PipeOptions(
            pauseWriterThreshold: pauseWriterBytes, resumeWriterThreshold: pauseWriterBytes / 2, useSynchronizationContext: false);
        var leftToRight = new Pipe(options);
        var rightToLeft = new Pipe(options);
        return new DuplexPipePair(new End(rightToLeft.Reader, leftToRight.Writer), new End(leftToRight.Reader, rightToLeft.Writer));
    }

    private sealed record End(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
