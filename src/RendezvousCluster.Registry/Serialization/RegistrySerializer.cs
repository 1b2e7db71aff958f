using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Serialization;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.Serialization;

/// <summary>
/// Writes and reads the messages of the <see cref="MessageTable"/>, as protobuf under a two-letter manifest. No type names on the wire:
/// what arrives can only become one of these messages. An unknown manifest throws, so that a recovery stops before an event that it does
/// not understand instead of leaving it out; to go back a version, the older one must know the newer one's events first. A snapshot that is
/// damaged does not throw but becomes an <see cref="UnreadableSnapshot"/>: there is an older one, and there are the events. An event
/// that is damaged becomes an <see cref="UnreadableEvent"/>, so that its owner can say which one it is.
/// </summary>
internal sealed class RegistrySerializer(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    /// <summary>Stands in every row of the journal. Akka's own end at 100.</summary>
    internal const int Id = 7301;

    private const string Name = "rendezvous-registry";

    private readonly RefusedReads _refused = RefusedReads.Of(system);

    /// <summary>Binds the types of the table to this serializer.</summary>
    internal static Config Configuration { get; } = ConfigurationFactory.ParseString($$"""
        akka.actor {
          serializers.{{Name}} = "{{NameOf(typeof(RegistrySerializer))}}"
          serialization-bindings {
            {{string.Join('\n', MessageTable.BoundTypes.Select(type => $"\"{NameOf(type)}\" = {Name}"))}}
          }
        }
        """);

    /// <inheritdoc/>
    public override int Identifier => Id;

    /// <inheritdoc/>
    public override string Manifest(object o) => MessageTable.Of(o).Manifest;

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => MessageTable.Of(obj).Write!(obj);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string manifest)
    {
        RefusedReadReason reason = RefusedReadReason.Manifest;
        try
        {
            if (!MessageTable.TryFind(manifest, out MessageRow? row))
            {
                throw new SerializationException($"Manifest '{manifest}' is unknown to this version.");
            }

            reason = RefusedReadReason.Malformed;
            object read = row.Read(bytes);
            if (read is UnreadableEvent)
            {
                Count(reason, manifest);
            }

            return read;
        }
        catch (Exception)
        {
            Count(reason, manifest);
            throw;
        }
    }

    private void Count(RefusedReadReason reason, string manifest) =>
        _refused.Add(new RefusedRead(reason, Id, manifest), "another node or the database");

    private static string NameOf(Type type) => $"{type.FullName}, {type.Assembly.GetName().Name}";
}
