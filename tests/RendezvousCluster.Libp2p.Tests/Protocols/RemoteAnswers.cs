using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Protocols;

internal static class RemoteAnswers
{
    /// <summary>
    /// Plays a remote that answers and half-closes. The code under test may refuse the answer, and reset, before it is all sent.
    /// </summary>
    public static async Task AnswerAsync(this InMemoryMuxedStream remote, byte[] answer)
    {
        try
        {
            await remote.Output.WriteAsync(answer).Within();
            await remote.CloseWriteAsync().Within();
        }
        catch (MuxerStreamException exception) when (exception.Reason == StreamEndReason.ResetByRemote)
        {
            return;
        }
    }
}
