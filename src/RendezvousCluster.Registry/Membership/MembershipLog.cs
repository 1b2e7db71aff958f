using Akka.Actor;
using Akka.Cluster;
using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Tells the operator who comes and goes, in this program's words; the toolkit's own are many and need a reader who knows it.
/// </summary>
internal sealed partial class MembershipLog(ILogger logger) : UntypedActor
{
    private readonly Cluster _cluster = Cluster.Get(Context.System);

    internal static Props Props(ILogger logger) => Akka.Actor.Props.Create(() => new MembershipLog(logger));

    /// <inheritdoc/>
    protected override void PreStart() => _cluster.Subscribe(
        Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent),
        typeof(ClusterEvent.IReachabilityEvent));

    /// <inheritdoc/>
    protected override void PostStop() => _cluster.Unsubscribe(Self);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.MemberUp up:
                LogUp(logger, up.Member.Address);
                break;
            case ClusterEvent.UnreachableMember silent when !OrderlyLeave.HasBegun(silent.Member.Status):
                LogSilent(logger, silent.Member.Address);
                break;
            case ClusterEvent.ReachableMember back:
                LogBack(logger, back.Member.Address);
                break;
            case ClusterEvent.MemberRemoved self when self.Member.UniqueAddress.Equals(_cluster.SelfUniqueAddress):
                break; // the node ends, and says itself why
            case ClusterEvent.MemberRemoved { PreviousStatus: MemberStatus.Down } dead:
                LogDead(logger, dead.Member.Address);
                break;
            case ClusterEvent.MemberRemoved left:
                LogLeft(logger, left.Member.Address);
                break;
        }
    }

    [LoggerMessage(2072, LogLevel.Information, "{Node} is in the cluster")]
    private static partial void LogUp(ILogger logger, Address node);

    [LoggerMessage(2073, LogLevel.Warning, "{Node} does not answer")]
    private static partial void LogSilent(ILogger logger, Address node);

    [LoggerMessage(2074, LogLevel.Information, "{Node} answers again")]
    private static partial void LogBack(ILogger logger, Address node);

    [LoggerMessage(2075, LogLevel.Warning, "{Node} is taken for dead; others serve its namespaces")]
    private static partial void LogDead(ILogger logger, Address node);

    [LoggerMessage(2076, LogLevel.Information, "{Node} has left the cluster")]
    private static partial void LogLeft(ILogger logger, Address node);
}
