using Akka.Actor;

namespace RendezvousCluster.Registry.Outages;

/// <summary>
/// Tells the other nodes that own namespaces when this node's store is away, listens to what they say of theirs, and keeps it in the
/// <see cref="StoreReports"/>, so that whichever node places the shards knows where they can be written.
/// </summary>
/// <remarks>
/// <para>
/// While all is well nobody says anything. A node whose store is away says so every <see cref="Interval"/>; a node that hears it looks at
/// its own store, and says that it took a write if it did. So the nodes tell the loss of one node's database from the loss of all: in the
/// second case no node reports a write.
/// </para>
/// <para>
/// A message that is lost is made up for by the next. Nothing has to be taken back when a node dies: what it said is forgotten soon. And
/// nothing that is wrong here can do harm beyond shards that move for nothing, since they move as they always do.
/// </para>
/// </remarks>
internal sealed class StoreWatch : UntypedActor, IWithTimers
{
    /// <summary>The name of the actor, by which the others find it.</summary>
    internal const string Name = "store-watch";

    /// <summary>Between two reports of a node: a few of them have to fit into <see cref="StoreReports.BelievedAfter"/>.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly StoreHealth _health;
    private readonly StoreReports _reports;
    private readonly Address _self;
    private readonly Func<IEnumerable<ICanTell>> _all;
    private StoreSuspicion? _reported;
    private bool _isLooking;

    public StoreWatch(StoreHealth health, StoreReports reports, Address self, Func<IEnumerable<ICanTell>> all)
    {
        _health = health;
        _reports = reports;
        _self = self;
        _all = all;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="health">What this node knows of its store.</param>
    /// <param name="reports">Where it is kept what the nodes say.</param>
    /// <param name="self">The address of this node.</param>
    /// <param name="all">The watches of all nodes that own namespaces now, this one too.</param>
    internal static Props Props(StoreHealth health, StoreReports reports, Address self, Func<IEnumerable<ICanTell>> all) =>
        Akka.Actor.Props.Create(() => new StoreWatch(health, reports, self, all));

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(Due.Instance, Due.Instance, Interval);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Due:
                ReportOutage();
                break;
            case StoreReport report:
                Address sender = Sender.Path.Address;
                _reports.Heard(sender.HasLocalScope ? _self : sender, report.IsAway);
                if (report.IsAway)
                {
                    Look();
                }

                break;
            case Back:
                Look();
                break;
            case Looked looked:
                _isLooking = false;
                if (looked.IsWell)
                {
                    TellAll(StoreReport.Well);
                }

                break;
        }
    }

    private void ReportOutage()
    {
        if (_health.Suspicion is not { IsConfirmed: true } suspicion)
        {
            return;
        }

        TellAll(StoreReport.Away);
        if (suspicion != _reported)
        {
            _reported = suspicion;
            suspicion.End.PipeTo(Self, success: () => Back.Instance);
        }
    }

    // One at a time. Of a store that is known to be away, or suspected to be away, nothing is proved.
    private void Look()
    {
        if (!_isLooking)
        {
            _isLooking = true;
            _health.ProveAsync().PipeTo(Self, success: isWell => new Looked(isWell), failure: _ => new Looked(false));
        }
    }

    private void TellAll(StoreReport report)
    {
        foreach (ICanTell watch in _all())
        {
            watch.Tell(report, Self);
        }
    }

    private sealed class Due : INoSerializationVerificationNeeded
    {
        internal static readonly Due Instance = new();
    }

    private sealed class Back : INoSerializationVerificationNeeded
    {
        internal static readonly Back Instance = new();
    }

    private sealed record Looked(bool IsWell) : INoSerializationVerificationNeeded;
}
