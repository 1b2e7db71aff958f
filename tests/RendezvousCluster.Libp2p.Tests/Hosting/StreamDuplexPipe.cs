using System.IO.Pipelines;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

/// <summary>A stream, such as a socket's, as the upgrader wants it.</summary>
internal sealed class StreamDuplexPipe(Stream stream) : IDuplexPipe
{
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
}
