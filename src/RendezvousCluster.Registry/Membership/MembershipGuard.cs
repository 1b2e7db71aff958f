using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Introductions;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Keeps nodes apart that keep their data in different places (<see cref="StoreRole"/>) or differ in a setting that all must have
/// the same (<see cref="SettingRole"/>). A node asks for the roles of a member before it joins (<see cref="SeedInquiry"/>), and does not
/// join if they do not fit. Where nobody could answer, both sides look, each by the roles that come with membership. The younger one
/// stops itself as soon as it is welcomed, before the coordinator has had reason to give it anything, and tells
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
    private readonly HashSet<SettingDifference> _warned = [];
    private bool _isTurnedAway;

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
            case RolesQuery:
                Sender.Tell(new RolesReply(IsMember ? [.. _cluster.SelfRoles] : []));
                break;
            case ClusterEvent.IMemberEvent { Member: { } other } when !other.UniqueAddress.Equals(_cluster.SelfUniqueAddress):
                Meet(other);
                break;
            case ThisActorSystemQuarantinedEvent putOut when _cluster.State.Members.Any(
                member => member.Address.Equals(putOut.RemoteAddress)):
                LogPutOut(_logger, putOut.RemoteAddress);
                _cluster.Down(_cluster.SelfAddress);
                break;
            case GraceOver over when _cluster.State.Members.FirstOrDefault(member => member.UniqueAddress.Equals(over.Node)) is { } other:
                LogTurnedAway(_logger, other.Address, IncompatibilityWith(other)!);
                _cluster.Down(other.Address);
                break;
        }
    }

    private bool IsMember => _cluster.SelfMember.Status is MemberStatus.Up or MemberStatus.Leaving;

    private void Meet(Member other)
    {
        string? incompatibility = IncompatibilityWith(other);
        if (_cluster.SelfMember.IsOlderThan(other))
        {
            if (incompatibility is not null)
            {
                Timers.StartSingleTimer(other.UniqueAddress, new GraceOver(other.UniqueAddress), Grace);
            }
        }
        else if (incompatibility is not null)
        {
            TurnAway(Incompatibility.Explain(other.Address, incompatibility));
        }
        else
        {
            Warn(other, SettingRole.Differences(_cluster.SelfRoles, other.Roles));
        }
    }

    private void TurnAway(string reason)
    {
        if (!_isTurnedAway)
        {
            _isTurnedAway = true;
            _turnedAway(reason);
            _cluster.Down(_cluster.SelfAddress); // leaving in order would take it through being up first
        }
    }

    // The node that joins is the one that its operator looks at. It names one of the nodes that have another value.
    private void Warn(Member other, IReadOnlyList<SettingDifference> differences)
    {
        foreach (SettingDifference difference in differences.Where(_warned.Add))
        {
            LogDifference(
                _logger, difference.Key, difference.Own, Incompatibility.NameOf(_cluster.SelfAddress), difference.Other,
                Incompatibility.NameOf(other.Address));
        }
    }

    private string? IncompatibilityWith(Member other) =>
        Incompatibility.Between(_cluster.SelfAddress, _cluster.SelfRoles, other.Address, other.Roles);

    [LoggerMessage(2070, LogLevel.Warning, "{Node} is turned away: {Reason}")]
    private static partial void LogTurnedAway(ILogger logger, Address node, string reason);

    [LoggerMessage(2077, LogLevel.Warning, "{Node} has put this node out of the cluster")]
    private static partial void LogPutOut(ILogger logger, Address node);

    [LoggerMessage(
        2086, LogLevel.Warning,
        "{Key} is {Own} at this node, {Self}, and {Other} at {Node}; all nodes of a cluster should have the same value")]
    private static partial void LogDifference(ILogger logger, string key, string own, string self, string other, string node);

    private sealed record GraceOver(UniqueAddress Node) : INoSerializationVerificationNeeded;
}
