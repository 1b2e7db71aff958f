using System.ComponentModel;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Client;

/// <summary>Which points a client uses, and how.</summary>
public sealed class RendezvousClientOptions
{
    /// <summary>
    /// The points, as multiaddrs that end in <c>/p2p/</c> and the point's peer id. Several addresses of one peer make one point, tried in
    /// this order. The nodes of a cluster are points of their own.
    /// </summary>
    public IList<string> Points { get; init; } = [];

    /// <summary>
    /// At how many of the points a registration is kept; when one of them fails, another takes its place. Null is all, which suits points
    /// that know nothing of each other. Two suit the nodes of one cluster, for what is registered at one is found at each.
    /// </summary>
    public int? RegisterAt { get; set; }

    /// <summary>
    /// Namespaces in which the application registers itself while it runs; only <c>AddRendezvousClient</c> uses it.
    /// </summary>
    public IList<string> Namespaces { get; init; } = [];

    /// <summary>The time to live to ask for in <see cref="Namespaces"/>; null leaves it to the points, which grant two hours.</summary>
    public TimeSpan? Ttl { get; set; }

    /// <summary>
    /// Whether addresses that lead into private networks (loopback, link-local, RFC 1918 and the like) are left out of what is discovered,
    /// and peers that have no other. For applications that dial what they find on the open internet: a bad point could make them knock at
    /// doors of their own network.
    /// </summary>
    public bool DropPrivateAddresses { get; set; }

    /// <summary>
    /// The flavour in which this node describes itself. Null finds out by the point's identify: rust's points take another flavour than all
    /// others, and those of the first schema an unsigned one.
    /// </summary>
    public RegistrationFlavour? Flavour { get; set; }

    /// <summary>The earlier name of <see cref="Flavour"/>.</summary>
    [Obsolete("Set Flavour instead.")]
    [EditorBrowsable(EditorBrowsableState.Never)]
    public RegistrationFlavour? RecordForm
    {
        get => Flavour;
        set => Flavour = value;
    }

    /// <summary>The protocol ids to propose, best first; by default the spec's and canvas'.</summary>
    public IList<string> ProtocolIds { get; init; } = [.. Protocol.ProtocolIds.Default];

    /// <summary>
    /// Where the refresh of a registration begins to be due, as a part of the time granted: it comes at a random moment from here to
    /// <see cref="RefreshTo"/>.
    /// </summary>
    public double RefreshFrom { get; set; } = 0.5;

    /// <summary>Where it is due at the latest. The rest is for attempts after a failure.</summary>
    public double RefreshTo { get; set; } = 0.75;

    /// <summary>
    /// Between two polls of a watch, on average: a random half is added or taken off, so that watchers do not poll in step.
    /// </summary>
    public TimeSpan WatchInterval { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Every bound of the client.</summary>
    public RendezvousClientLimits Limits { get; init; } = new();

    /// <summary>What is wrong with these options, a sentence each; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        List<string> failures = [.. Limits.Validate()];
        try
        {
            if (RendezvousPoint.ParseAll(Points).Count == 0)
            {
                failures.Add("Points must name at least one point.");
            }

            foreach (string name in Namespaces)
            {
                RendezvousNamespace.Parse(name);
            }
        }
        catch (FormatException exception)
        {
            failures.Add(exception.Message);
        }

        if (RegisterAt is <= 0)
        {
            failures.Add($"RegisterAt is {RegisterAt}; it must be at least 1, or null for all points.");
        }

        if (!(RefreshFrom > 0 && RefreshFrom <= RefreshTo && RefreshTo < 1))
        {
            failures.Add($"RefreshFrom and RefreshTo are {RefreshFrom} and {RefreshTo}; they must be between 0 and 1, and in that order.");
        }

        if (Ttl is { } ttl && (ttl < TimeSpan.FromSeconds(1) || ttl > Limits.MaxTtl))
        {
            failures.Add($"Ttl is {ttl}; it must be from one second to {Limits.MaxTtl}, or null.");
        }

        if (WatchInterval < TimeSpan.FromMilliseconds(100))
        {
            failures.Add($"WatchInterval is {WatchInterval}; it must be at least 100 ms.");
        }

        if (ProtocolIds.Count == 0)
        {
            failures.Add("ProtocolIds must name at least one id.");
        }

        return failures;
    }
}
