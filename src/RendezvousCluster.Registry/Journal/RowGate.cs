using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.Journal;

/// <summary>
/// Reads what stands in a row of the journal or the snapshot store. The registry writes its own with one serializer, and a row does not
/// choose another one: nor is a type looked up by the name in a row that names none.
/// </summary>
/// <remarks>
/// A row that does not pass fails as one of a later version does: its entity does not come up, and nothing is left out in silence.
/// </remarks>
/// <param name="serialization">Makes messages of bytes.</param>
/// <param name="refused">Counts what is not read.</param>
internal sealed class RowGate(Akka.Serialization.Serialization serialization, RefusedReads refused)
{
    /// <summary>What stands in a row.</summary>
    /// <param name="id">Of which journal it is.</param>
    /// <param name="serializer">The number of the serializer that it names; null when it names none.</param>
    /// <param name="manifest">Says how to read it.</param>
    /// <param name="bytes">To be read.</param>
    /// <exception cref="RefusedException">It names another serializer, or none.</exception>
    public object Read(string id, int? serializer, string manifest, byte[] bytes)
    {
        if (serializer == RegistrySerializer.Id)
        {
            return serialization.Deserialize(bytes, RegistrySerializer.Id, manifest);
        }

        refused.Add(new RefusedRead(RefusedReadReason.Serializer, serializer ?? 0, manifest, id), "the database");
        throw new RefusedException($"Nothing is read by the serializer {serializer ?? 0}.");
    }
}
