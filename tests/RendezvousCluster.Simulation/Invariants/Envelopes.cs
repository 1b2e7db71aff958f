using System.Buffers.Binary;

namespace RendezvousCluster.Simulation.Invariants;

/// <summary>Bytes in the place of signed records. They say where they belong, so that one that strays is recognised.</summary>
internal static class Envelopes
{
    private const int Size = Filler + (5 * sizeof(ulong));
    private const int Filler = 7;
    private const byte Mark = 0xE5;

    /// <summary>The record of a peer for a namespace. Its bytes follow from the arguments alone.</summary>
    public static byte[] Create(int ns, int peer, int version)
    {
        byte[] envelope = new byte[Size];
        envelope[0] = Mark;
        envelope[1] = (byte)ns;
        envelope[2] = (byte)peer;
        BinaryPrimitives.WriteInt32BigEndian(envelope.AsSpan(3), version);
        ulong filler = (((ulong)ns << 40) ^ ((ulong)peer << 32) ^ (uint)version) * 0x9E3779B97F4A7C15;
        for (int at = Filler; at + sizeof(ulong) <= Size; at += sizeof(ulong))
        {
            BinaryPrimitives.WriteUInt64LittleEndian(envelope.AsSpan(at), filler);
            filler = (filler ^ (filler >> 29)) * 0xBF58476D1CE4E5B9;
        }

        return envelope;
    }

    /// <summary>Reads where a record belongs; false when a byte of it is not as it was made.</summary>
    public static bool TryRead(ReadOnlySpan<byte> envelope, out int ns, out int peer, out int version)
    {
        (ns, peer, version) = (0, 0, 0);
        if (envelope.Length != Size || envelope[0] != Mark)
        {
            return false;
        }

        (ns, peer, version) = (envelope[1], envelope[2], BinaryPrimitives.ReadInt32BigEndian(envelope[3..]));
        ulong filler = (((ulong)ns << 40) ^ ((ulong)peer << 32) ^ (uint)version) * 0x9E3779B97F4A7C15;
        for (int at = Filler; at + sizeof(ulong) <= Size; at += sizeof(ulong))
        {
            if (BinaryPrimitives.ReadUInt64LittleEndian(envelope[at..]) != filler)
            {
                return false;
            }

            filler = (filler ^ (filler >> 29)) * 0xBF58476D1CE4E5B9;
        }

        return true;
    }
}
