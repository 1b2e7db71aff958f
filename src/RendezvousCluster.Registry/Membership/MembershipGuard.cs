using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Keeps nodes apart that keep their data in different places (<see cref="StoreRole"/>). Both sides look, each by the roles that come with
/// membership. The younger one stops itself as soon as it is welcomed, before the coordinator has had reason to give it anything, and tells
/// its operator why. The older one gives it <see cref="Grace"/> for that, because who is downed never learns the reason, and then downs it.
/// </summary>
/// <remarks>
/// And it sees to it that a node which the others have put out while it stood still does not take itself for a member any longer than it
/// must: when one of them refuses its connection for that reason, it downs itself. Without it the node would find out from their silence,
/// some seconds later.
/// </remarks>
internal sealed partial class MembershipGuard : UntypedActor, IWithTimers
{
    /// <summary>The joining node looks as soon as it is welcomed; this is far more than it needs.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly Action<string> _turnedAway;
    private readonly ILogger _logger;

    public MembershipGuard(Action<string> turnedAway, ILogger logger)
    {
        _turnedAway = turnedAway;
        _logger = logger;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="turnedAway">Told why, once, when this node must not be in the cluster that it joined; the actor system ends
    /// then.</param>
    /// <param name="logger">The log of nodes that are turned away.</param>
    internal static Props Props(Action<string> turnedAway, ILogger logger) =>
        Akka.Actor.Props.Create(() => new MembershipGuard(turnedAway, logger));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(
            Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberJoined),
            typeof(ClusterEvent.MemberUp));
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.IMemberEvent { Member: { } other } when Incompatibility(other) is { } reason:
                if (_cluster.SelfMember.IsOlderThan(other))
                {
                    Timers.StartSingleTimer(other.UniqueAddress, new GraceOver(other.UniqueAddress), Grace);
                }
                else
                {
                    _turnedAway($"This node cannot join {other.Address}: {reason}.");
                    _cluster.Down(_cluster.SelfAddress); // leaving in order would take it through being up first
                }

                break;
            case ThisActorSystemQuarantinedEvent putOut when _cluster.State.Members.Any(
                member => member.Address.Equals(putOut.RemoteAddress)):
                LogPutOut(_logger, putOut.RemoteAddress);
                _cluster.Down(_cluster.SelfAddress);
                break;
            case GraceOver over when _cluster.State.Members.FirstOrDefault(member => member.UniqueAddress.Equals(over.Node)) is { } other:
                LogTurnedAway(_logger, other.Address, Incompatibility(other)!);
                _cluster.Down(other.Address);
                break;
        }
    }

    private string? Incompatibility(Member other) =>
        other.UniqueAddress.Equals(_cluster.SelfUniqueAddress) ? null : StoreRole.Incompatibility(_cluster.SelfRoles, other.Roles);

    [LoggerMessage(2070, LogLevel.Warning, "{Node} is turned away: {Reason}")]
    private static partial void LogTurnedAway(ILogger logger, Address node, string reason);

    [LoggerMessage(2077, LogLevel.Warning, "{Node} has put this node out of the cluster")]
    private static partial void LogPutOut(ILogger logger, Address node);

    private sealed record GraceOver(UniqueAddress Node) : INoSerializationVerificationNeeded;
}
