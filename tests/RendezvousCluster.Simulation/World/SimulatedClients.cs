using RendezvousCluster.Core;
using RendezvousCluster.Core.Directories;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Simulation.Invariants;
using RendezvousCluster.Simulation.Plans;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Simulation.World;

/// <summary>Those who send requests, and tell the checker what they asked and what they heard.</summary>
internal sealed class SimulatedClients
{
    private const int MaxPages = 50;

    // As planned by PlanGenerator.
    private const long MaxStandstill = 150_000;
    private const int MaxPageBytes = 96 * 1024;

    private readonly SimulatedCluster _cluster;
    private readonly PeerId[] _peers;
    private readonly FollowedView[] _followers;

    public SimulatedClients(SimulatedCluster cluster)
    {
        _cluster = cluster;
        _peers = [.. Enumerable.Range(0, cluster.Plan.Settings.Peers).Select(TestPeers.Id)];
        _followers = [.. Enumerable.Range(0, cluster.Plan.Settings.Followers).Select(_ => new FollowedView(cluster.Plan.Settings.Peers))];
    }

    /// <summary>Plans all operations of the plan.</summary>
    public void Plan()
    {
        foreach (Operation operation in _cluster.Plan.Operations)
        {
            _cluster.Time.After(operation.At, () => Do(operation, _ => { }));
        }
    }

    /// <summary>Does one thing.</summary>
    /// <param name="operation">What.</param>
    /// <param name="ended">Called at the end with whether it was done, as far as the client knows.</param>
    public void Do(Operation operation, Action<bool> ended)
    {
        SimulatedNode node = _cluster.Nodes[operation.Node];
        _cluster.Trace?.Invoke($"#{operation.Id} {operation}");
        if (!node.IsUp)
        {
            // Nobody listens: surely nothing happened.
            End(operation, "refused", ended, done: false);
            return;
        }

        switch (operation.Kind)
        {
            case OperationKind.Register:
                Register(operation, node, ended);
                break;
            case OperationKind.Unregister:
                Unregister(operation, node, ended);
                break;
            case OperationKind.Discover:
                Read(operation, node, new Reading(operation.Namespace, operation.Node, operation.Limit, _cluster.Time.Now, null), ended);
                break;
            case OperationKind.Announce:
                Announce(operation, node, ended);
                break;
            case OperationKind.List:
                long? activeSince = operation.TtlSeconds == 0
                    ? null
                    : ListingWatch.Milliseconds(node.Clock.AddSeconds(-operation.TtlSeconds));
                List(operation, node, new ListReading(operation.Namespace, _cluster.Time.Now, activeSince), ended);
                break;
            case OperationKind.Follow when !_followers[operation.Client].IsReading:
                _followers[operation.Client].IsReading = true;
                Read(operation, node, new Reading(
                    operation.Namespace, operation.Node, operation.Limit, _cluster.Time.Now, _followers[operation.Client]), ended);
                break;
        }
    }

    private void Register(Operation operation, SimulatedNode node, Action<bool> ended)
    {
        RegistrationWrite write = _cluster.Checker.RegisterInvoked(operation, _cluster.Time.Now);
        if (_cluster.Checker.RegistrationsOf(operation.Client, _cluster.Time.Now) >= _cluster.Flaw.QuotaOnRefreshes)
        {
            Ended(operation, write, RendezvousStatus.NotAuthorized, ended);
            return;
        }

        byte[] envelope = Envelopes.Create(operation.Namespace, operation.Client, operation.Version);
        Submit(
            operation,
            node,
            deadline => new RegisterCommand(
                _cluster.Names[operation.Namespace],
                _peers[operation.Client],
                envelope,
                RegistrationFlavour.Standard,
                (ulong)operation.Version / 2, // two records share a sequence number, which is allowed
                operation.TtlSeconds,
                deadline),
            reply => Ended(operation, write, (reply as RegisterReply)?.Status, ended));
    }

    private void Unregister(Operation operation, SimulatedNode node, Action<bool> ended)
    {
        RegistrationWrite write = _cluster.Checker.UnregisterInvoked(operation, _cluster.Time.Now);
        Submit(
            operation,
            node,
            deadline => new UnregisterCommand(_cluster.Names[operation.Namespace], _peers[operation.Client], deadline),
            reply => Ended(operation, write, (reply as UnregisterReply)?.Status, ended));
    }

    private void Submit(Operation operation, SimulatedNode node, Func<DateTimeOffset, object> toCommand, Action<object?> completed) =>
        node.FrontEnd.Submit(new FrontEndRequest(
            What(operation),
            operation.Namespace,
            orderKey: (operation.Namespace * _peers.Length) + operation.Client,
            toCommand,
            new SeededSequence(operation.Seed),
            completed));

    private string What(Operation operation) => _cluster.Trace is null ? string.Empty : $"#{operation.Id} {operation.Kind}";

    private void Ended(Operation operation, RegistrationWrite write, RendezvousStatus? status, Action<bool> ended)
    {
        if (status == RendezvousStatus.NotAuthorized)
        {
            _cluster.Checker.RefusedByQuota(operation, write, _cluster.Time.Now);
        }
        else if (status == RendezvousStatus.Ok)
        {
            bool mayBeStale = _cluster.MayBeStale(_cluster.Nodes[operation.Node], write.Invoked);
            _cluster.Checker.Acknowledged(operation.Namespace, write, mayBeStale, _cluster.Time.Now);
        }

        End(operation, status?.ToString() ?? "unknown", ended, status == RendezvousStatus.Ok);
    }

    private void Read(Operation operation, SimulatedNode node, Reading reading, Action<bool> ended)
    {
        reading.PageBegan = _cluster.Time.Now;
        node.FrontEnd.Submit(new FrontEndRequest(
            What(operation),
            operation.Namespace,
            orderKey: null,
            deadline => new DiscoverQuery(_cluster.Names[operation.Namespace], reading.Cookie, operation.Limit, MaxPageBytes, deadline),
            new SeededSequence(SeededSequence.Derive(operation.Seed, (ulong)reading.Pages)),
            reply => PageEnded(operation, node, reading, reply as DiscoverReply, ended)));
    }

    private void PageEnded(Operation operation, SimulatedNode node, Reading reading, DiscoverReply? reply, Action<bool> ended)
    {
        reading.MayBeStale |= _cluster.MayBeStale(node, reading.PageBegan);
        bool answered = reply?.Status is RendezvousStatus.Ok or RendezvousStatus.InvalidCookie;
        if (answered && !_cluster.Checker.PageRead(reading, reply!, _cluster.Time.Now) && ++reading.Pages < MaxPages && node.IsUp)
        {
            Read(operation, node, reading, ended);
            return;
        }

        if (reading.Follower is { } follower)
        {
            follower.IsReading = false;
        }

        End(operation, reply?.Status.ToString() ?? "unknown", ended, reply?.Status == RendezvousStatus.Ok);
    }

    private void Announce(Operation operation, SimulatedNode node, Action<bool> ended)
    {
        int other = (operation.Namespace * SimulatedDirectory.OthersPerPart) + operation.Client;
        _cluster.Directory.Announce(
            node,
            new NamespaceAnnouncement(
                _cluster.Directory.Others[other],
                node.Clock.AddSeconds(operation.TtlSeconds),
                node.Clock + DirectoryState.ActivitySpan),
            operation.Namespace,
            SimulatedDirectory.AnnouncementTimeout,
            operation.Seed,
            reply => End(operation, reply?.Status.ToString() ?? "unknown", ended, reply?.Status == RendezvousStatus.Ok));
    }

    private void List(Operation operation, SimulatedNode node, ListReading reading, Action<bool> ended)
    {
        reading.PageBegan = _cluster.Time.Now;
        DateTimeOffset activeSince = reading.ActiveSince is { } since
            ? SimulatedCluster.Epoch.AddMilliseconds(since)
            : DateTimeOffset.UnixEpoch;
        var query = new ListingQuery(reading.From, activeSince, operation.Limit);
        node.FrontEnd.Submit(new FrontEndRequest(
            What(operation),
            _cluster.Directory.EntityOf(operation.Namespace),
            orderKey: null,
            _ => query,
            new SeededSequence(SeededSequence.Derive(operation.Seed, (ulong)reading.Pages)),
            reply => ListPageEnded(operation, node, reading, reply as NamespaceListing, ended)));
    }

    private void ListPageEnded(Operation operation, SimulatedNode node, ListReading reading, NamespaceListing? page, Action<bool> ended)
    {
        reading.MayBeStale |= _cluster.MayBeStale(node, reading.PageBegan);
        if (page is not null
            && !_cluster.Checker.ListRead(
                reading, page, operation.Limit, _cluster.WasPausedSince(reading.Began - MaxStandstill), _cluster.Time.Now)
            && ++reading.Pages < MaxPages && node.IsUp)
        {
            List(operation, node, reading, ended);
            return;
        }

        End(operation, page is null ? "unknown" : "Ok", ended, page is not null);
    }

    private void End(Operation operation, string how, Action<bool> ended, bool done)
    {
        _cluster.Statistics.CountOperation($"{operation.Kind} {how}");
        _cluster.Trace?.Invoke($"#{operation.Id} {operation.Kind}: {how}");
        ended(done);
    }
}
