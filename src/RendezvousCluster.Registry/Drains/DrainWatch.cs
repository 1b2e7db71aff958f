using Akka.Actor;

namespace RendezvousCluster.Registry.Drains;

/// <summary>
/// Tells the nodes that own namespaces, once a second, that this one is out of service, and keeps what they say in the
/// <see cref="DrainReports"/>: the one that places the shards goes by it.
/// </summary>
/// <remarks>
/// Nobody has to take anything back, and nothing that is lost or wrong here does harm beyond shards that move or stay for nothing, as with
/// the reports about stores. Nodes of earlier versions do not know the message, and are sent none.
/// </remarks>
internal sealed class DrainWatch : UntypedActor, IWithTimers
{
    /// <summary>Between two reports.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly INodeDrain _drain;
    private readonly DrainReports _reports;
    private readonly Address _self;
    private readonly Func<IEnumerable<ICanTell>> _all;

    public DrainWatch(INodeDrain drain, DrainReports reports, Address self, Func<IEnumerable<ICanTell>> all) =>
        (_drain, _reports, _self, _all) = (drain, reports, self, all);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="drain">Whether this node is out of service.</param>
    /// <param name="reports">Where it is kept what the nodes say.</param>
    /// <param name="self">The address of this node.</param>
    /// <param name="all">The watches of all nodes that own namespaces now, this one too.</param>
    internal static Props Props(INodeDrain drain, DrainReports reports, Address self, Func<IEnumerable<ICanTell>> all) =>
        Akka.Actor.Props.Create(() => new DrainWatch(drain, reports, self, all));

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartPeriodicTimer(Due.Instance, Due.Instance, Interval);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Due when _drain.IsDraining:
                foreach (ICanTell watch in _all())
                {
                    watch.Tell(DrainReport.Instance, Self);
                }

                break;
            case DrainReport:
                Address sender = Sender.Path.Address;
                _reports.Heard(sender.HasLocalScope ? _self : sender);
                break;
        }
    }

    private sealed class Due : INoSerializationVerificationNeeded
    {
        internal static readonly Due Instance = new();
    }
}
