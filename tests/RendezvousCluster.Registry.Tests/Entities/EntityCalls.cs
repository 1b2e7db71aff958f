using Akka.Actor;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Outages;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>One entity without a cluster around it: how tests start it and what they ask it, all of one namespace.</summary>
internal static class EntityCalls
{
    public static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    public static readonly string ChatId = EntityIds.For(Chat);

    // Says why an entity did not take a registration: the cause reaches nobody else.
    private static readonly RecordingLogger Log = new();

    /// <summary>The namespace's entity, for a parent that stands where the shard would.</summary>
    public static Props ChatProps(
        TimeProvider? time = null,
        CompactionSettings? compaction = null,
        StoreHealth? health = null,
        HoleMetrics? holes = null,
        RecordingLogger? logger = null) => NamespaceEntity.Props(
        ChatId,
        new NamespaceEntitySettings(time ?? TimeProvider.System, TimeSpan.FromMinutes(10), TestDirectory.ListAsync, logger ?? Log)
        {
            Metrics = TestMetrics.Entities,
            Health = health ?? TestHealth.Well,
            Holes = holes,
            Compaction = compaction ?? CompactionSettings.Default,
        });

    public static NamespaceCommand Register(int peer, DateTimeOffset? deadline = null) => NamespaceCommand.For(new RegisterCommand(
        Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, deadline ?? DateTimeOffset.MaxValue));

    public static NamespaceCommand Unregister(int peer) =>
        NamespaceCommand.For(new UnregisterCommand(Chat, TestPeers.Id(peer), DateTimeOffset.MaxValue));

    public static async Task RegisterOkAsync(this IActorRef entity, int peer, DateTimeOffset? deadline = null)
    {
        object reply = await entity.Ask<object>(Register(peer, deadline), TestTimeouts.Default);
        if (reply is not RegisterReply { Status: RendezvousStatus.Ok })
        {
            string failures = string.Join('\n', Log.Exceptions.TakeLast(5));
            Assert.Fail($"The reply is {reply}. The last failures of entities, of tests beside this one too:\n{failures}");
        }
    }

    public static Task<DiscoverReply> DiscoverAsync(this IActorRef entity, DateTimeOffset? deadline = null) => entity.Ask<DiscoverReply>(
        NamespaceCommand.For(new DiscoverQuery(Chat, 0, 1000, 1024 * 1024, deadline ?? DateTimeOffset.MaxValue)), TestTimeouts.Default);

    public static async Task<IEnumerable<byte[]>> EnvelopesAsync(this IActorRef entity, DateTimeOffset? deadline = null) =>
        (await entity.DiscoverAsync(deadline)).Registrations.Select(registration => registration.Envelope.ToArray());
}
