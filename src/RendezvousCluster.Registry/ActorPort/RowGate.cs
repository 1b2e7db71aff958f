using Akka.Persistence.Sql.Journal.Types;
using Akka.Persistence.Sql.Snapshot;
using LinqToDB.Interceptors;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Registry.Serialization;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// Looks at every row of the journal and the snapshot store before the persistence plugin reads it. The registry writes its own with one
/// serializer. The plugin would let a row choose any other, and would look a type up by the name in the row where it chooses none.
/// </summary>
/// <remarks>
/// A row that does not pass fails as one of a later version does: its entity does not come up, and nothing is left out in silence.
/// </remarks>
internal sealed class RowGate(RefusedReads refused) : EntityServiceInterceptor
{
    /// <inheritdoc/>
    public override object EntityCreated(EntityCreatedEventData eventData, object entity)
    {
        switch (entity)
        {
            case JournalRow row when row.Identifier != RegistrySerializer.Id:
                Refuse(row.Identifier, row.Manifest, row.PersistenceId);
                row.Identifier = RefusingSerializer.Id;
                break;
            case LongSnapshotRow row when row.SerializerId != RegistrySerializer.Id:
                Refuse(row.SerializerId, row.Manifest, row.PersistenceId);
                row.SerializerId = RefusingSerializer.Id;
                break;
            case DateTimeSnapshotRow row when row.SerializerId != RegistrySerializer.Id:
                Refuse(row.SerializerId, row.Manifest, row.PersistenceId);
                row.SerializerId = RefusingSerializer.Id;
                break;
        }

        return entity;
    }

    private void Refuse(int? serializer, string? manifest, string id) =>
        refused.Add(new RefusedRead(RefusedReadReason.Serializer, serializer ?? 0, manifest ?? string.Empty, id), "the database");
}
