using System.Buffers;
using System.Text;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>
/// Writes this host's identify as length-prefixed frames, each at most as long as the strictest reader allows (rust: 4 KiB). Fields that
/// do not fit in the first go elsewhere: a large signed record into a second frame; listen addresses beyond the limit are left out, the
/// record has them too.
/// </summary>
internal static class IdentifyMessageWriter
{
    public static void Write(IBufferWriter<byte> output, IIdentifySource source, Multiaddr observedAddress, int maxMessageBytes)
    {
        var message = new ArrayBufferWriter<byte>(1024);
        var writer = new ProtobufWriter(message);
        writer.WriteBytes(IdentifyMessage.PublicKeyField, source.PublicKey.Encoded.Span);
        writer.WriteBytes(IdentifyMessage.ObservedAddressField, observedAddress.Bytes.Span);
        writer.WriteString(IdentifyMessage.ProtocolVersionField, IdentifyProtocol.ProtocolVersion);
        writer.WriteString(IdentifyMessage.AgentVersionField, source.AgentVersion);
        foreach (string protocolId in source.ProtocolIds)
        {
            if (Fits(message, Encoding.UTF8.GetByteCount(protocolId), maxMessageBytes))
            {
                writer.WriteString(IdentifyMessage.ProtocolsField, protocolId);
            }
        }

        foreach (Multiaddr address in source.ListenAddresses)
        {
            if (Fits(message, address.Bytes.Length, maxMessageBytes))
            {
                writer.WriteBytes(IdentifyMessage.ListenAddressesField, address.Bytes.Span);
            }
        }

        if (source.SignedPeerRecord is { } record)
        {
            if (!Fits(message, record.Envelope.Length, maxMessageBytes))
            {
                LengthPrefixedFrame.Write(output, message.WrittenSpan);
                message.ResetWrittenCount();
            }

            // A record that fills a whole message is left out: nobody could read it.
            if (Fits(message, record.Envelope.Length, maxMessageBytes))
            {
                writer.WriteBytes(IdentifyMessage.SignedPeerRecordField, record.Envelope.Span);
            }
        }

        if (message.WrittenCount > 0)
        {
            LengthPrefixedFrame.Write(output, message.WrittenSpan);
        }
    }

    // The field numbers here take one tag byte whichever they are.
    private static bool Fits(ArrayBufferWriter<byte> message, int valueBytes, int maxMessageBytes) =>
        message.WrittenCount + ProtobufWriter.BytesFieldSize(1, valueBytes) <= maxMessageBytes;
}
