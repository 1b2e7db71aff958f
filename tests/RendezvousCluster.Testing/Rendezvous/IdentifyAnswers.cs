using RendezvousCluster.Libp2p.Protocols.Identify;
using Xunit;

namespace RendezvousCluster.Testing.Rendezvous;

/// <summary>The remote's side of identify, played by a test.</summary>
public static class IdentifyAnswers
{
    /// <summary>Waits until the peer is asked who it is, and answers.</summary>
    public static async Task AnswerIdentifyAsync(this FakePeerConnection connection, string agentVersion, byte[]? signedPeerRecord = null)
    {
        FakePeerConnection.OutboundStream asked = await connection.AcceptOutboundAsync();
        Assert.Equal(IdentifyProtocol.Id, asked.ProtocolId);
        await asked.Stream.SayAsync(connection, agentVersion, signedPeerRecord);
    }

    /// <summary>Sends identify and half-closes: the answer to a question, or a push.</summary>
    public static async Task SayAsync(
        this InMemoryMuxedStream stream, FakePeerConnection connection, string agentVersion, byte[]? signedPeerRecord = null)
    {
        ProtobufBytes identify = new ProtobufBytes().Bytes(1, connection.RemotePublicKey.Encoded.Span).Text(6, agentVersion);
        _ = signedPeerRecord is null ? identify : identify.Bytes(8, signedPeerRecord);
        await stream.Output.WriteAsync(identify.Framed()).AsTask().Within();
        await stream.CloseWriteAsync().Within();
    }
}
