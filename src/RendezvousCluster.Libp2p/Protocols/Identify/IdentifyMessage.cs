using System.Buffers;
using System.Text;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Wire;

namespace RendezvousCluster.Libp2p.Protocols.Identify;

/// <summary>
/// The identify message, gathered from one or several frames:
/// <code>
/// Identify { bytes publicKey = 1; repeated bytes listenAddrs = 2; repeated string protocols = 3; bytes observedAddr = 4;
///            string protocolVersion = 5; string agentVersion = 6; bytes signedPeerRecord = 8; }
/// </code>
/// Field 8 is missing from the spec's text; every implementation has it. A value over a limit is dropped, and the message is read on.
/// </summary>
internal sealed class IdentifyMessage(Libp2pLimits limits)
{
    public const int PublicKeyField = 1;
    public const int ListenAddressesField = 2;
    public const int ProtocolsField = 3;
    public const int ObservedAddressField = 4;
    public const int ProtocolVersionField = 5;
    public const int AgentVersionField = 6;
    public const int SignedPeerRecordField = 8;

    public byte[]? PublicKey { get; private set; }

    /// <summary>Null while no frame had one.</summary>
    public List<Multiaddr>? ListenAddresses { get; private set; }

    /// <summary>Null while no frame had one.</summary>
    public List<string>? Protocols { get; private set; }

    public Multiaddr? ObservedAddress { get; private set; }

    public string? ProtocolVersion { get; private set; }

    public string? AgentVersion { get; private set; }

    public byte[]? SignedPeerRecord { get; private set; }

    /// <summary>Adds what one frame says: single fields replace, repeated ones are appended. False when it cannot be decoded.</summary>
    public bool TryMerge(ReadOnlySpan<byte> frame)
    {
        var reader = new ProtobufReader(frame);
        while (reader.TryReadTag(out int field, out ProtobufWireType type))
        {
            if (type != ProtobufWireType.LengthDelimited)
            {
                reader.TrySkip(type);
            }
            else if (reader.TryReadBytes(out ReadOnlySpan<byte> value))
            {
                Merge(field, value);
            }
        }

        return !reader.IsMalformed;
    }

    private void Merge(int field, ReadOnlySpan<byte> value)
    {
        switch (field)
        {
            case PublicKeyField:
                PublicKey = value.ToArray();
                break;
            case ListenAddressesField:
                AddAddress(ListenAddresses ??= [], value);
                break;
            case ProtocolsField:
                AddProtocol(Protocols ??= [], value);
                break;
            case ObservedAddressField:
                ObservedAddress = Multiaddr.TryFromBytes(value, out Multiaddr? observed) ? observed : null;
                break;
            case ProtocolVersionField:
                ProtocolVersion = ToPrintable(value, limits.IdentifyMaxAgentBytes);
                break;
            case AgentVersionField:
                AgentVersion = ToPrintable(value, limits.IdentifyMaxAgentBytes);
                break;
            case SignedPeerRecordField:
                SignedPeerRecord = value.ToArray();
                break;
            default:
                break; // a field of the future
        }
    }

    private void AddAddress(List<Multiaddr> addresses, ReadOnlySpan<byte> value)
    {
        if (addresses.Count < limits.IdentifyMaxAddresses && Multiaddr.TryFromBytes(value, out Multiaddr? address))
        {
            addresses.Add(address);
        }
    }

    private void AddProtocol(List<string> protocols, ReadOnlySpan<byte> value)
    {
        if (protocols.Count < limits.IdentifyMaxProtocols && value.Length <= limits.IdentifyMaxProtocolIdBytes)
        {
            protocols.Add(ToPrintable(value, limits.IdentifyMaxProtocolIdBytes));
        }
    }

    /// <summary>
    /// At most so many bytes of text, without what could forge a log line or another name: characters that are not seen, and bytes that are
    /// no UTF-8.
    /// </summary>
    private static string ToPrintable(ReadOnlySpan<byte> value, int maxBytes)
    {
        var text = new StringBuilder();
        int used = 0;
        while (!value.IsEmpty)
        {
            OperationStatus status = Rune.DecodeFromUtf8(value, out Rune rune, out int consumed);
            used += consumed;
            if (used > maxBytes)
            {
                break;
            }

            if (status == OperationStatus.Done && VisibleText.IsVisible(rune))
            {
                text.Append(rune.ToString());
            }

            value = value[consumed..];
        }

        return text.ToString();
    }
}
