using System.IO.Pipelines;
using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Libp2p.Security.Noise;

/// <summary>The channel after a handshake. Each half owns its key and its half of the raw connection.</summary>
internal sealed class NoiseDuplexPipe(IDuplexPipe transport, CipherState send, CipherState receive) : IDuplexPipe, IHoldsBytes
{
    private readonly NoisePipeReader _input = new(transport.Input, receive);

    public PipeReader Input => _input;

    public PipeWriter Output { get; } = new NoisePipeWriter(transport.Output, send);

    public void CountIn(ByteAccount account) => _input.Account = account;
}
