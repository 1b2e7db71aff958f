using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>Reads a peer's identify to the end of its stream and checks it against the peer that the connection authenticated.</summary>
internal static class IdentifyReader
{
    /// <summary>Answers what was known before, with what the peer says now in its place.</summary>
    /// <exception cref="IdentifyException">It is malformed, too long, in too many messages, empty, or names another key.</exception>
    public static async ValueTask<IdentifyInfo> ReadAsync(
        Libp2pStream stream, IdentifyInfo before, Libp2pLimits limits, CancellationToken cancellationToken)
    {
        var message = new IdentifyMessage(limits);
        int frames = 0;
        try
        {
            while (await LengthPrefixedFrame.ReadAsync(stream.Input, limits.IdentifyMaxMessageBytes, cancellationToken)
                .ConfigureAwait(false) is { } frame)
            {
                if (++frames > limits.IdentifyMaxMessages)
                {
                    throw new IdentifyException($"Identify came in more than {limits.IdentifyMaxMessages} messages.");
                }

                if (!message.TryMerge(frame))
                {
                    throw new IdentifyException("An identify message cannot be decoded.");
                }
            }
        }
        catch (InvalidFrameException exception)
        {
            throw new IdentifyException("An identify message is badly framed: " + exception.Message, exception);
        }

        if (frames == 0)
        {
            throw new IdentifyException("The stream ended without an identify message.");
        }

        return Apply(message, before, stream.Connection.RemotePublicKey);
    }

    private static IdentifyInfo Apply(IdentifyMessage message, IdentifyInfo before, PublicKey remoteKey)
    {
        if (message.PublicKey is { } encodedKey && !remoteKey.Encoded.Span.SequenceEqual(encodedKey))
        {
            throw new IdentifyException("Identify names another public key than the one that the handshake proved.");
        }

        return new IdentifyInfo(
            message.ListenAddresses ?? before.ListenAddresses,
            message.Protocols ?? before.Protocols,
            message.ObservedAddress ?? before.ObservedAddress,
            message.ProtocolVersion ?? before.ProtocolVersion,
            message.AgentVersion ?? before.AgentVersion,
            Verify(message.SignedPeerRecord, remoteKey.PeerId) ?? before.SignedPeerRecord);
    }

    // A bad record is ignored, as everywhere: the rest of the message may still be of use.
    private static SignedPeerRecord? Verify(byte[]? envelope, PeerId remotePeer)
    {
        if (envelope is null)
        {
            return null;
        }

        SignedPeerRecord.TryOpen(envelope, out SignedPeerRecord? record);
        return record is not null && record.PeerId.Equals(remotePeer) ? record : null;
    }
}
