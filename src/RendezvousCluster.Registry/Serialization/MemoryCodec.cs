using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Serialization.Proto;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>Memory that owners hand over to other nodes, to and from protobuf.</summary>
internal static class MemoryCodec
{
    internal static IMessage ToProto(HandedMemory memory) => new HandedMemoryMessage
    {
        PersistenceId = memory.PersistenceId,
        Sequence = memory.Sequence,
        FencingToken = memory.FencingToken,
        Writer = memory.Writer,
        WriterBefore = memory.WriterBefore ?? string.Empty,
        Manifest = memory.Manifest,
        Snapshot = WireBytes.Wrap(memory.Snapshot),
    };

    /// <summary>Puts a snapshot in.</summary>
    internal static HandedMemory Of(
        string persistenceId, long sequence, long fencingToken, string writer, string? writerBefore, object snapshot)
    {
        MessageRow row = MessageTable.Of(snapshot);
        return new HandedMemory(persistenceId, sequence, fencingToken, writer, writerBefore, row.Manifest, row.Write!(snapshot));
    }

    /// <summary>Takes the snapshot out.</summary>
    /// <returns>Whether it is one, and undamaged.</returns>
    internal static bool TryOpen<TSnapshot>(HandedMemory memory, [NotNullWhen(true)] out TSnapshot? snapshot)
        where TSnapshot : class
    {
        snapshot = MessageTable.TryFind(memory.Manifest, out MessageRow? row) && row.Recipients.Count == 0
            ? row.Read(memory.Snapshot.ToArray()) as TSnapshot
            : null;
        return snapshot is not null;
    }

    internal static HandedMemory Read(byte[] bytes)
    {
        HandedMemoryMessage read = HandedMemoryMessage.Parser.ParseFrom(bytes);
        return read.Snapshot.Length <= HandedMemory.MaxSnapshotBytes
            ? new HandedMemory(
                read.PersistenceId,
                read.Sequence,
                read.FencingToken,
                read.Writer,
                read.WriterBefore.Length > 0 ? read.WriterBefore : null,
                read.Manifest,
                read.Snapshot.Memory)
            : throw new InvalidDataException("The memory that is handed over is larger than any node makes it.");
    }
}
