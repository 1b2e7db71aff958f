using Akka.Actor;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Entities;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>
/// What a namespace does, done once by a node before it takes part: a registration is written, read, read back from the journal by a second
/// owner, and removed.
/// </summary>
/// <remarks>
/// <para>
/// A process compiles what it runs when it runs it first. The first recovery and the first write of a process take 0.7 s of a processor,
/// the second ones milliseconds; and the namespaces that are handed to a node that has just joined are busy ones, whose peers wait all that
/// time. Before the node has joined nobody waits.
/// </para>
/// <para>
/// It is the real thing, entity, journal and tables, because everything else leaves something cold. No shard has such an id, and no two
/// warm-ups have the same, so nobody can meet it. Its rows are deleted at the end. The janitor finds by its id what a
/// node leaves that is killed in between.
/// </para>
/// </remarks>
internal sealed class NamespaceWarmUp(IActorRefFactory stage, NamespaceEntitySettings settings, IJournalInventory inventory)
{
    /// <summary>A node that needs longer has other troubles, which it tells of when it serves. It joins cold.</summary>
    internal static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private const uint TtlSeconds = 60;
    private const int MaxPageBytes = 1024;

    private static readonly RendezvousNamespace Namespace = RendezvousNamespace.Parse("rendezvous-cluster/warm-up");

    private static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(10);

    private static readonly CompactionSettings AtOnce =
        CompactionSettings.Default with { MinEventsBetweenSnapshots = 1, MinTimeBetweenSnapshots = TimeSpan.Zero };

    // Nobody reads it, and the owner does not look into it.
    private static readonly byte[] Envelope = [0];

    // An identity multihash of one byte: nobody's key.
    private static readonly PeerId Nobody =
        PeerId.TryFromBytes([0, 1, 0], out PeerId? peer) ? peer : throw new InvalidOperationException("The bytes are not a multihash.");

    private readonly NamespaceEntitySettings _settings = settings with
    {
        AnnounceAsync =
            announcement => Task.FromResult<AnnouncementReply?>(new AnnouncementReply(RendezvousStatus.Ok, announcement.ListedUntil)),
        Compaction = CompactionSettings.Default,
    };

    private readonly string _id = EntityIds.WarmUpPrefix + Guid.NewGuid().ToString("N");

    private DateTimeOffset Deadline => _settings.Time.GetUtcNow() + Limit;

    /// <summary>Warms a namespace up.</summary>
    /// <exception cref="WarmUpException">Something did not work, or took longer than <see cref="Limit"/>.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        try
        {
            await ActAsync(
                _settings with { Compaction = AtOnce },
                async owner =>
                {
                    await RegisterAsync(owner, limit.Token).ConfigureAwait(false);
                    await DiscoverAsync(owner, limit.Token).ConfigureAwait(false);
                    await SnapshotAsync(limit.Token).ConfigureAwait(false);
                },
                limit.Token).ConfigureAwait(false);
            await ActAsync(
                _settings,
                async owner =>
                {
                    await DiscoverAsync(owner, limit.Token).ConfigureAwait(false);
                    await UnregisterAsync(owner, limit.Token).ConfigureAwait(false);
                },
                limit.Token).ConfigureAwait(false);
            await inventory.ForgetAsync(_id, limit.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not WarmUpException && !cancellationToken.IsCancellationRequested)
        {
            throw new WarmUpException(
                limit.IsCancellationRequested ? $"It took longer than {Limit.TotalSeconds:0} s." : exception.Message, exception);
        }
    }

    private async Task ActAsync(NamespaceEntitySettings part, Func<IActorRef, Task> play, CancellationToken cancellationToken)
    {
        IActorRef owner = stage.ActorOf(NamespaceEntity.Props(_id, part));
        try
        {
            await play(owner).ConfigureAwait(false);
        }
        finally
        {
            await owner.GracefulStop(Limit, StopEntity.Instance).WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RegisterAsync(IActorRef owner, CancellationToken cancellationToken)
    {
        var command =
            new RegisterCommand(Namespace, Nobody, Envelope, RegistrationFlavour.Standard, RecordSequence: 1, TtlSeconds, Deadline);
        RegisterReply reply = await owner.Ask<RegisterReply>(NamespaceCommand.For(command), cancellationToken).ConfigureAwait(false);
        Expect(reply.Status == RendezvousStatus.Ok, $"REGISTER was answered {reply.Status}.");
    }

    private async Task DiscoverAsync(IActorRef owner, CancellationToken cancellationToken)
    {
        var query = new DiscoverQuery(Namespace, AfterRevision: 0, Limit: 1, MaxPageBytes, Deadline);
        DiscoverReply reply = await owner.Ask<DiscoverReply>(NamespaceCommand.For(query), cancellationToken).ConfigureAwait(false);
        Expect(
            reply is { Status: RendezvousStatus.Ok, Registrations.Count: 1 },
            $"DISCOVER was answered {reply.Status} with {reply.Registrations.Count} registrations.");
    }

    // It comes beside the answer; one that came later than the end would stay for ever.
    private async Task SnapshotAsync(CancellationToken cancellationToken)
    {
        while (!await inventory.HasSnapshotAsync(_id, cancellationToken).ConfigureAwait(false))
        {
            await Task.Delay(LookInterval, TimeProvider.System, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task UnregisterAsync(IActorRef owner, CancellationToken cancellationToken)
    {
        var command = new UnregisterCommand(Namespace, Nobody, Deadline);
        UnregisterReply reply = await owner.Ask<UnregisterReply>(NamespaceCommand.For(command), cancellationToken).ConfigureAwait(false);
        Expect(reply.Status == RendezvousStatus.Ok, $"UNREGISTER was answered {reply.Status}.");
    }

    private static void Expect(bool isSo, string otherwise)
    {
        if (!isSo)
        {
            throw new WarmUpException(otherwise, null);
        }
    }
}
