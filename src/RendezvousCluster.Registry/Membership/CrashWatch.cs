using Akka.Actor;
using Akka.Cluster;
using Akka.Remote;
using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Tells a node whose process has ended from one that is only silent, and puts it out at once.
/// </summary>
/// <remarks>
/// <para>
/// From silence alone nobody can tell a dead node from one behind a broken network, so the failure detector waits, and the resolver after
/// it: four seconds, or fifteen. But when a process dies its machine stays, as a rule, closes its connections, and refuses new ones to its
/// port. That is not silence, it is an answer: no process has this port. So whenever a connection to a member breaks, or a member becomes
/// unreachable, its port is dialled, and if it is refused (<see cref="CrashVerdict"/>) this incarnation of the node is quarantined, so that
/// it counts as gone and not as silent, and downed, so that the resolver need not wait for the others to agree. All survivors do so
/// independently; it comes to the same.
/// </para>
/// <para>
/// Why it is right. If the process is dead, nothing is lost by not waiting for it. If it lives after all, it learns from its next
/// connection that it was quarantined and ends (<see cref="MembershipGuard"/>), and what it does until then the journal's fence keeps
/// harmless, as with every other wrong verdict. Where the machine went down with the process, or its address did, nothing is refused, and
/// it is up to the failure detector as ever.
/// </para>
/// <para>
/// A node that leaves in order ends too, often before the others have heard that it is gone. It has handed over what it had, so the others
/// only stop waiting for it: they quarantine it, and neither down nor log it.
/// </para>
/// </remarks>
internal sealed partial class CrashWatch : UntypedActor, IWithTimers
{
    /// <summary>Between two looks at the same port: a process that ends in order closes its port a moment before it leaves.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    /// <summary>After this a node that has ended and is a member yet is put out once more.</summary>
    internal static readonly TimeSpan Again = TimeSpan.FromSeconds(1);

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly HashSet<UniqueAddress> _suspects = [];
    private readonly HashSet<UniqueAddress> _told = [];
    private readonly string _owningRole;
    private readonly Func<Address, Task<PortAnswer>> _ask;
    private readonly ILogger _logger;

    public CrashWatch(string owningRole, Func<Address, Task<PortAnswer>> ask, ILogger logger)
    {
        _owningRole = owningRole;
        _ask = ask;
        _logger = logger;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="owningRole">The role of nodes that own namespaces.</param>
    /// <param name="ask">Dials the port of a node; does not throw.</param>
    /// <param name="logger">Where the operator reads who has ended.</param>
    internal static Props Props(string owningRole, Func<Address, Task<PortAnswer>> ask, ILogger logger) =>
        Akka.Actor.Props.Create(() => new CrashWatch(owningRole, ask, logger));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        Type[] events = [typeof(ClusterEvent.UnreachableMember), typeof(ClusterEvent.MemberRemoved)];
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, events);
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
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
            case AssociationEvent broken:
                Suspect(_cluster.State.Members.FirstOrDefault(member => member.Address.Equals(broken.RemoteAddress)));
                break;
            case ClusterEvent.UnreachableMember silent:
                Suspect(silent.Member);
                break;
            case ClusterEvent.MemberRemoved gone:
                _told.Remove(gone.Member.UniqueAddress);
                break;
            case StillThere again:
                Suspect(_cluster.State.Members.FirstOrDefault(member => member.UniqueAddress.Equals(again.Node)));
                break;
            case Look look:
                _ask(look.Suspect.Address).PipeTo(Self, success: answer => new Looked(look.Suspect, [.. look.Before, answer]));
                break;
            case Looked looked:
                Judge(looked);
                break;
            case Polled polled:
                Judge(polled);
                break;
        }
    }

    private void Suspect(Member? member)
    {
        if (member is not null && !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress) && _suspects.Add(member.UniqueAddress))
        {
            Self.Tell(new Look(member, []));
        }
    }

    private void Judge(Looked looked)
    {
        if (looked.Answers[^1] != PortAnswer.Refusal)
        {
            _suspects.Remove(looked.Suspect.UniqueAddress);
        }
        else if (looked.Answers.Length < CrashVerdict.Refusals)
        {
            Timers.StartSingleTimer(looked.Suspect.UniqueAddress, new Look(looked.Suspect, looked.Answers), Interval);
        }
        else
        {
            UniqueAddress[] apart = [_cluster.SelfUniqueAddress, looked.Suspect.UniqueAddress];
            IEnumerable<Member> others = _cluster.State.Members.Where(
                member => member.HasRole(_owningRole) && member.Status != MemberStatus.Down && !apart.Contains(member.UniqueAddress));
            Task.WhenAll(others.Select(member => _ask(member.Address))).PipeTo(Self, success: answers => new Polled(looked, answers));
        }
    }

    private void Judge(Polled polled)
    {
        (Member suspect, PortAnswer[] answers) = polled.Looked;
        _suspects.Remove(suspect.UniqueAddress);
        if (_cluster.State.Members.FirstOrDefault(member => member.UniqueAddress.Equals(suspect.UniqueAddress)) is { } present
            && CrashVerdict.HasEnded(answers, polled.Others, _cluster.SelfRoles.Contains(_owningRole), suspect.HasRole(_owningRole)))
        {
            ((IRemoteActorRefProvider)((ExtendedActorSystem)Context.System).Provider).Quarantine(
                suspect.Address, suspect.UniqueAddress.Uid);
            if (!OrderlyLeave.HasBegun(present.Status))
            {
                PutOut(suspect);
            }

            // The transport forgets a quarantine that crosses its own next dial.
            Timers.StartSingleTimer(suspect.UniqueAddress, new StillThere(suspect.UniqueAddress), Again);
        }
    }

    private void PutOut(Member suspect)
    {
        // Until it is gone it is put out again and again; the operator reads of it once.
        if (_told.Add(suspect.UniqueAddress))
        {
            LogEnded(_logger, suspect.Address);
        }

        _cluster.Down(suspect.Address);
    }

    [LoggerMessage(2078, LogLevel.Warning, "The process of {Node} has ended: its port is refused")]
    private static partial void LogEnded(ILogger logger, Address node);

    private sealed record StillThere(UniqueAddress Node) : INoSerializationVerificationNeeded;

    private sealed record Look(Member Suspect, PortAnswer[] Before) : INoSerializationVerificationNeeded;

    private sealed record Looked(Member Suspect, PortAnswer[] Answers) : INoSerializationVerificationNeeded;

    private sealed record Polled(Looked Looked, PortAnswer[] Others) : INoSerializationVerificationNeeded;
}
