using System.Buffers.Binary;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Testing.Registry;

/// <summary>
/// Peers without keys, for what lies behind the verification of records: ids of the right form, and envelopes that are just bytes.
/// </summary>
public static class TestPeers
{
    /// <summary>The id of an Ed25519 peer whose public key is the number.</summary>
    public static PeerId Id(int number)
    {
        byte[] multihash = new byte[38];
        ReadOnlySpan<byte> prefix = [0x00, 0x24, 0x08, 0x01, 0x12, 0x20];
        prefix.CopyTo(multihash);
        BinaryPrimitives.WriteInt32BigEndian(multihash.AsSpan(34), number);
        return PeerId.TryFromBytes(multihash, out PeerId? id) ? id : throw new InvalidOperationException("A test peer's id was refused.");
    }

    /// <summary>Bytes in the place of an envelope; another peer or version gives others.</summary>
    public static byte[] Envelope(int number, int version = 0, int bytes = 250)
    {
        byte[] envelope = new byte[bytes];
        new Random((number * 31) + version).NextBytes(envelope);
        return envelope;
    }
}
