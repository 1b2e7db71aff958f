using Akka.Actor;
using Akka.Cluster.Serialization;
using Akka.Cluster.Sharding.Serialization;
using Akka.Cluster.Tools.Singleton.Serialization;
using Akka.Configuration;
using Akka.Dispatch.SysMsg;
using Akka.DistributedData.Serialization;
using Akka.Remote.Serialization;
using Akka.Serialization;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// A serializer of the toolkit that reads the <see cref="ReadableMessages"/> and nothing else, wherever it is asked to: in a message, in
/// another message, in a row of the database. It looks no type up: those that system messages are named by stand here, and replicated data
/// may name one (<see cref="ReplicatedState"/>).
/// </summary>
internal sealed class PinnedSerializer : SerializerWithStringManifest
{
    /// <summary>The setting with the number of the serializer.</summary>
    internal const string IdSetting = "serializer-id";

    private static readonly Dictionary<string, Type> SystemMessages = new(StringComparer.Ordinal)
    {
        ["Akka.Dispatch.SysMsg.Watch, Akka"] = typeof(Watch),
        ["Akka.Dispatch.SysMsg.Unwatch, Akka"] = typeof(Unwatch),
        ["Akka.Dispatch.SysMsg.DeathWatchNotification, Akka"] = typeof(DeathWatchNotification),
    };

    private readonly Serializer _pinned;
    private readonly RefusedReads _refused;

    /// <summary>Called by the toolkit.</summary>
    public PinnedSerializer(ExtendedActorSystem system, Config settings)
        : base(system)
    {
        Identifier = settings.GetInt(IdSetting);
        _refused = RefusedReads.Of(system);
        _pinned = Identifier switch
        {
            ReadableMessages.ClusterId => new ClusterMessageSerializer(system),
            ReadableMessages.SelectionId => new MessageContainerSerializer(system),
            ReadableMessages.ReplicatedDataId => new ReplicatedDataSerializer(system),
            ReadableMessages.ReplicatorId => new ReplicatorMessageSerializer(system),
            ReadableMessages.ShardingId => new ClusterShardingMessageSerializer(system),
            ReadableMessages.SingletonId => new ClusterSingletonMessageSerializer(system),
            ReadableMessages.RemotingId => new MiscMessageSerializer(system),
            ReadableMessages.SystemId => new SystemMessageSerializer(system),
            _ => throw new ConfigurationException($"Serializer {Identifier} is not one that is needed."),
        };
    }

    /// <inheritdoc/>
    public override int Identifier { get; }

    /// <inheritdoc/>
    public override string Manifest(object o) => Akka.Serialization.Serialization.ManifestFor(_pinned, o);

    /// <inheritdoc/>
    public override byte[] ToBinary(object obj) => _pinned.ToBinary(obj);

    /// <inheritdoc/>
    public override object FromBinary(byte[] bytes, string? manifest)
    {
        string kind = manifest ?? string.Empty;
        RefusedReadReason? reason = ReadableMessages.Find(Identifier, kind, out _);
        reason ??= Identifier == ReadableMessages.ReplicatedDataId ? ReplicatedState.WhyNot(bytes) : null;
        if (reason is { } why)
        {
            throw Refuse(why, kind, cause: null);
        }

        try
        {
            return _pinned is SerializerWithStringManifest named
                ? named.FromBinary(bytes, kind)
                : _pinned.FromBinary(bytes, SystemMessages.GetValueOrDefault(kind));
        }
        catch (Exception exception) when (exception is not RefusedException && exception.InnerException is not RefusedException)
        {
            // To the toolkit any other kind of exception is a reason to end the connection.
            throw Refuse(RefusedReadReason.Malformed, kind, exception);
        }
    }

    private RefusedException Refuse(RefusedReadReason reason, string kind, Exception? cause)
    {
        var refusal = new RefusedRead(reason, Identifier, kind);
        _refused.Add(refusal, "inside of a message");
        return new RefusedException(
            $"Serializer {Identifier} reads no '{VisibleText.Of(kind, RefusedReads.MaxTextLength)}' ({reason}).", cause);
    }
}
