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
/// From silence alone nobody can tell a dead node from one behind a broken network, so the failure detector waits, and the resolver after it: four seconds, or
/// fifteen. But when a process dies its machine stays, as a rule, closes its connections, and refuses new ones to its port. That is not silence, it is an answer: no
/// process has this port. So whenever a connection to a member breaks, or a member becomes unreachable, its port is dialled, and if it is refused
/// (<see cref="CrashVerdict"/>) this incarnation of the node is quarantined, which also downs it. All survivors do so independently; it comes to the same.
/// </para>
/// <para>
/// Why it is right. If the process is dead, nothing is lost by not waiting for it. If it lives after all, it learns from its next connection that it was quarantined and ends
/// (<see cref="MembershipGuard"/>), and what it does until then the journal's fence keeps harmless, as with every other wrong verdict. Where the machine went down with the
/// process, or its address did, nothing is refused, and it is up to the failure detector as ever.
/// </para>
/// </remarks>
internal sealed partial class CrashWatch : UntypedActor
{
    /// <summary>Between two looks at the same port: a process that ends in order closes its port a moment before it leaves.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(150);

    private readonly Cluster _cluster = Cluster.Get(Context.System);
    private readonly HashSet<Address> _beingAsked = [];
    private readonly CancellationTokenSource _stopped = new();
    private readonly string _owningRole;
    private readonly Func<Address, Task<PortAnswer>> _ask;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public CrashWatch(string owningRole, Func<Address, Task<PortAnswer>> ask, TimeProvider time, ILogger logger)
    {
        _owningRole = owningRole;
        _ask = ask;
        _time = time;
        _logger = logger;
    }

    /// <param name="owningRole">The role of nodes that own namespaces.</param>
    /// <param name="ask">Dials the port of a node; does not throw.</param>
    /// <param name="time">For the time between two looks.</param>
    /// <param name="logger">Where the operator reads who has ended.</param>
    internal static Props Props(string owningRole, Func<Address, Task<PortAnswer>> ask, TimeProvider time, ILogger logger) =>
        Akka.Actor.Props.Create(() => new CrashWatch(owningRole, ask, time, logger));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.UnreachableMember));
        Context.System.EventStream.Subscribe(Self, typeof(DisassociatedEvent));
        Context.System.EventStream.Subscribe(Self, typeof(AssociationErrorEvent));
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
        _stopped.Cancel();
        _stopped.Dispose();
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case AssociationEvent broken:
                Suspect(broken.RemoteAddress);
                break;
            case ClusterEvent.UnreachableMember silent:
                Suspect(silent.Member.Address);
                break;
            case Verdict verdict:
                _beingAsked.Remove(verdict.Node.Address);
                if (verdict.HasEnded && _cluster.State.Members.Any(member => member.UniqueAddress.Equals(verdict.Node)))
                {
                    LogEnded(_logger, verdict.Node.Address);
                    ((IRemoteActorRefProvider)((ExtendedActorSystem)Context.System).Provider).Quarantine(verdict.Node.Address, verdict.Node.Uid);
                }

                break;
        }
    }

    private void Suspect(Address address)
    {
        if (_cluster.State.Members.FirstOrDefault(member => member.Address.Equals(address)) is not { } suspect
            || suspect.UniqueAddress.Equals(_cluster.SelfUniqueAddress)
            || !_beingAsked.Add(address))
        {
            return;
        }

        Address[] others =
        [
            .. _cluster.State.Members
                .Where(member => member.HasRole(_owningRole) && member.Status != MemberStatus.Down)
                .Where(member => !member.UniqueAddress.Equals(_cluster.SelfUniqueAddress) && !member.UniqueAddress.Equals(suspect.UniqueAddress))
                .Select(member => member.Address),
        ];
        LookAsync(suspect, others).PipeTo(Self, success: hasEnded => new Verdict(suspect.UniqueAddress, hasEnded), failure: _ => new Verdict(suspect.UniqueAddress, false));
    }

    private async Task<bool> LookAsync(Member suspect, Address[] others)
    {
        bool selfOwns = _cluster.SelfRoles.Contains(_owningRole);
        var answers = new List<PortAnswer>();
        while (answers.Count < CrashVerdict.Refusals)
        {
            if (answers.Count > 0)
            {
                await Task.Delay(Interval, _time, _stopped.Token).ConfigureAwait(false);
            }

            answers.Add(await _ask(suspect.Address).ConfigureAwait(false));
            if (answers[^1] != PortAnswer.Refusal)
            {
                return false;
            }
        }

        PortAnswer[] present = await Task.WhenAll(others.Select(_ask)).ConfigureAwait(false);
        return CrashVerdict.HasEnded(answers, present, selfOwns, suspect.HasRole(_owningRole));
    }

    [LoggerMessage(2078, LogLevel.Warning, "The process of {Node} has ended: its port is refused")]
    private static partial void LogEnded(ILogger logger, Address node);

    private sealed record Verdict(UniqueAddress Node, bool HasEnded) : INoSerializationVerificationNeeded;
}
