using Akka.Actor;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Core.Namespaces;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// The entity of one namespace: a <see cref="NamespaceOwner{TCaller}"/> in the shell that all owners of journals have. Its own are the
/// messages of namespaces, what it tells the directory, the node's metrics and the traces of commits.
/// </summary>
internal sealed partial class NamespaceEntity
    : JournalEntity<INamespaceCommand, DiscoverQuery, INamespaceReply, NamespaceEvent, NamespaceSnapshot>, INamespaceOwnerPort<EntityCaller>
{
    private readonly NamespaceEntitySettings _settings;
    private readonly NamespaceOwner<EntityCaller> _owner;
    private readonly CommitTrace _commitTrace;

    public NamespaceEntity(string entityId, NamespaceEntitySettings settings)
        : base(entityId, settings)
    {
        _settings = settings;
        _owner = new NamespaceOwner<EntityCaller>(
            this,
            settings.Compaction,
            settings.MaxRegistrations,
            uncertainUntil: Clock.BelievesFrom,
            longestWait: settings.LongestWait);
        Times = new NamespaceTimes(settings.LongestWait);
        Metrics = new EntityMetricsRecorder(settings.Metrics, settings.Time, entityId, () => _owner.State?.Namespace);
        _commitTrace = new CommitTrace(entityId, SteadyTimeProvider.WallOf(settings.Time));
    }

    /// <inheritdoc/>
    protected override NamespaceOwner<EntityCaller> Owner => _owner;

    /// <inheritdoc/>
    protected override NamespaceTimes Times { get; }

    /// <inheritdoc/>
    protected override DateTimeOffset? NextSweep => _owner.State?.NextExpiry;

    /// <inheritdoc/>
    protected override TimeSpan? IdleTimeout => _settings.IdleTimeout;

    /// <inheritdoc/>
    protected override EntityMetricsRecorder Metrics { get; }

    internal static Props Props(string entityId, NamespaceEntitySettings settings) =>
        EntityProducer<NamespaceEntity>.Props(() => new NamespaceEntity(entityId, settings));

    /// <inheritdoc/>
    void INamespaceOwnerPort<EntityCaller>.Announce(NamespaceAnnouncement announcement) => _settings.AnnounceAsync(announcement).PipeTo(
        Self,
        success: reply => new AnnouncementEnded(reply, null),
        failure: exception => new AnnouncementEnded(null, exception));

    /// <inheritdoc/>
    protected override bool OnMessage(object message)
    {
        switch (message)
        {
            case NamespaceCommand command:
                OnNamespaceCommand(command);
                return true;
            case AnnouncementEnded ended:
                OnAnnouncementEnded(ended.Reply, ended.Cause);
                return true;
            default:
                return false;
        }
    }

    /// <inheritdoc/>
    protected override Func<object, object> AnswerFrom(KeptState<DiscoverQuery, INamespaceReply> kept)
    {
        NamespaceEntitySettings settings = _settings;
        long keptAt = settings.Time.GetTimestamp();
        return message => message switch
        {
            NamespaceCommand { Message: DiscoverQuery query } =>
                kept.Read(query, settings.Time.GetUtcNow(), settings.Time.GetElapsedTime(keptAt), settings.IsUndisputed())!,
            NamespaceCommand { Message: INamespaceCommand command } => command.Refuse(RefusalReason.JournalAway),
            _ => RetryLater.Instance,
        };
    }

    /// <inheritdoc/>
    protected override void OnWriting(IReadOnlyList<NamespaceEvent> events) => _commitTrace.WriteBegins(events);

    /// <inheritdoc/>
    protected override void OnCommitted() => _commitTrace.Committed();

    /// <inheritdoc/>
    protected override void OnReplied(in EntityCaller caller) => _commitTrace.Answered(caller);

    private void OnNamespaceCommand(NamespaceCommand command)
    {
        if (_owner.State is { } state && !state.Namespace.Equals(command.Namespace))
        {
            LogStranger(_settings.Logger, PersistenceId, state.Namespace.ToString(), command.Namespace.ToString());
        }

        var caller = new EntityCaller(Sender, command.TraceParent);
        if (MustReadAgain)
        {
            Sender.Tell(RetryLater.Instance);
            ReadAgain();
            return;
        }

        switch (command.Message)
        {
            case DiscoverQuery query:
                Read(caller, query);
                break;
            case INamespaceCommand write:
                _owner.Submit(caller, write, Now);
                break;
        }
    }

    private void OnAnnouncementEnded(AnnouncementReply? reply, Exception? cause)
    {
        switch (reply?.Status)
        {
            case null:
                LogNotAnnounced(_settings.Logger, PersistenceId, cause);
                _owner.AnnouncementFailed(Now);
                break;
            case RendezvousStatus.Ok:
                _owner.Announced(reply!.ListedUntil, Now);
                break;
            default:
                _owner.AnnouncementRefused(Now);
                break;
        }

        ArmCompaction(); // a write that waited for this may have been given up
    }

    /// <summary>The directory's answer; null when none came. An entity that only renews its listing is idle.</summary>
    private sealed record AnnouncementEnded(AnnouncementReply? Reply, Exception? Cause)
        : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded;
}
