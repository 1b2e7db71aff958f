using System.IO.Pipelines;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>The channel after a handshake. Each half owns its key and its half of the raw connection.</summary>
internal sealed class NoiseDuplexPipe(IDuplexPipe transport, CipherState send, CipherState receive) : IDuplexPipe
{
    public PipeReader Input { get; } = new NoisePipeReader(transport.Input, receive);

    public PipeWriter Output { get; } = new NoisePipeWriter(transport.Output, send);
}
