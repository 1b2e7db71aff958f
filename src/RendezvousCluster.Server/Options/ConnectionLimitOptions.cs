using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.Options;

/// <summary>
/// The bounds of connections that an operator can set, section <c>Rendezvous:Limits</c>. Each has the name, the default and the meaning of
/// the property of <see cref="Libp2pLimits"/>, which is also the name in the warning when it bites, or of <see cref="RendezvousLimits"/>.
/// </summary>
internal sealed class ConnectionLimitOptions
{
    private const int Most = 1_000_000;

    // The window of one stream.
    private const int LeastUnreadBytes = 256 * 1024;

    private const int MostUnreadBytes = 1024 * 1024 * 1024;

    // A handful of peers is served with it.
    private const int LeastHeldBytes = 16 * 1024 * 1024;

    private const long MostHeldBytes = 1L << 40;

    private static readonly Libp2pLimits Defaults = new();
    private static readonly RendezvousLimits RequestDefaults = new();

    /// <summary>Connections in total; null: the default, or fewer where the process may not open as many files.</summary>
    public int? MaxConnections { get; set; }

    /// <inheritdoc cref="Libp2pLimits.MaxConnectionsPerIp"/>
    public int MaxConnectionsPerIp { get; set; } = Defaults.MaxConnectionsPerIp;

    /// <inheritdoc cref="Libp2pLimits.MaxConnectionsPerSubnet"/>
    public int MaxConnectionsPerSubnet { get; set; } = Defaults.MaxConnectionsPerSubnet;

    /// <inheritdoc cref="Libp2pLimits.MaxConnectionsPerPeer"/>
    public int MaxConnectionsPerPeer { get; set; } = Defaults.MaxConnectionsPerPeer;

    /// <inheritdoc cref="Libp2pLimits.MaxPendingHandshakes"/>
    public int MaxPendingHandshakes { get; set; } = Defaults.MaxPendingHandshakes;

    /// <inheritdoc cref="Libp2pLimits.MaxPendingHandshakesPerIp"/>
    public int MaxPendingHandshakesPerIp { get; set; } = Defaults.MaxPendingHandshakesPerIp;

    /// <inheritdoc cref="Libp2pLimits.MaxPendingHandshakesPerSubnet"/>
    public int MaxPendingHandshakesPerSubnet { get; set; } = Defaults.MaxPendingHandshakesPerSubnet;

    /// <inheritdoc cref="Libp2pLimits.FirstByteTimeout"/>
    public TimeSpan FirstByteTimeout { get; set; } = Defaults.FirstByteTimeout;

    /// <inheritdoc cref="Libp2pLimits.UpgradeTimeout"/>
    public TimeSpan UpgradeTimeout { get; set; } = Defaults.UpgradeTimeout;

    /// <inheritdoc cref="Libp2pLimits.KeepAliveInterval"/>
    public TimeSpan KeepAliveInterval { get; set; } = Defaults.KeepAliveInterval;

    /// <inheritdoc cref="Libp2pLimits.KeepAliveTimeout"/>
    public TimeSpan KeepAliveTimeout { get; set; } = Defaults.KeepAliveTimeout;

    /// <inheritdoc cref="Libp2pLimits.MaxHeldBytes"/>
    public long MaxHeldBytes { get; set; } = Defaults.MaxHeldBytes;

    /// <inheritdoc cref="Libp2pLimits.MaxReceiveBytesPerConnection"/>
    public int MaxReceiveBytesPerConnection { get; set; } = Defaults.MaxReceiveBytesPerConnection;

    /// <inheritdoc cref="RendezvousLimits.MaxRequestsInFlightPerConnection"/>
    public int MaxRequestsInFlightPerConnection { get; set; } = RequestDefaults.MaxRequestsInFlightPerConnection;

    /// <inheritdoc cref="RendezvousLimits.MaxUnsentBytesPerConnection"/>
    public int MaxUnsentBytesPerConnection { get; set; } = RequestDefaults.MaxUnsentBytesPerConnection;

    /// <inheritdoc cref="RendezvousLimits.MaxWorkUnitsPerProcessor"/>
    public int MaxWorkUnitsPerProcessor { get; set; } = RequestDefaults.MaxWorkUnitsPerProcessor;

    /// <summary>What is wrong with these, a sentence each; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var failures = new List<string>();
        CheckCount(failures, MaxConnections ?? Defaults.MaxConnections, nameof(MaxConnections));
        CheckCount(failures, MaxConnectionsPerIp, nameof(MaxConnectionsPerIp));
        CheckCount(failures, MaxConnectionsPerSubnet, nameof(MaxConnectionsPerSubnet));
        CheckCount(failures, MaxConnectionsPerPeer, nameof(MaxConnectionsPerPeer));
        CheckCount(failures, MaxPendingHandshakes, nameof(MaxPendingHandshakes));
        CheckCount(failures, MaxPendingHandshakesPerIp, nameof(MaxPendingHandshakesPerIp));
        CheckCount(failures, MaxPendingHandshakesPerSubnet, nameof(MaxPendingHandshakesPerSubnet));
        CheckTime(failures, UpgradeTimeout, TimeSpan.FromMinutes(2), nameof(UpgradeTimeout));
        CheckTime(failures, FirstByteTimeout, UpgradeTimeout, nameof(FirstByteTimeout));
        CheckTime(failures, KeepAliveInterval, TimeSpan.FromHours(1), nameof(KeepAliveInterval));
        CheckTime(failures, KeepAliveTimeout, TimeSpan.FromHours(1), nameof(KeepAliveTimeout));
        CheckBytes(failures);
        var requests = new RendezvousLimits();
        ApplyTo(requests);
        failures.AddRange(requests.Validate());
        return failures;
    }

    /// <summary>Lays them over the front end's.</summary>
    public void ApplyTo(RendezvousLimits limits)
    {
        limits.MaxRequestsInFlightPerConnection = MaxRequestsInFlightPerConnection;
        limits.MaxUnsentBytesPerConnection = MaxUnsentBytesPerConnection;
        limits.MaxWorkUnitsPerProcessor = MaxWorkUnitsPerProcessor;
    }

    /// <summary>Lays them over the host's.</summary>
    /// <param name="limits">The host's.</param>
    /// <param name="budget">How many connections the process has descriptors for.</param>
    public void ApplyTo(Libp2pLimits limits, DescriptorBudget budget)
    {
        limits.MaxConnections = budget.Bound(MaxConnections ?? Defaults.MaxConnections);
        limits.MaxConnectionsPerIp = MaxConnectionsPerIp;
        limits.MaxConnectionsPerSubnet = MaxConnectionsPerSubnet;
        limits.MaxConnectionsPerPeer = MaxConnectionsPerPeer;
        // Newcomers never fill the whole house: silent ones make place for others, but only among themselves.
        limits.MaxPendingHandshakes = Math.Min(MaxPendingHandshakes, Math.Max(1, limits.MaxConnections / 4));
        limits.MaxPendingHandshakesPerIp = MaxPendingHandshakesPerIp;
        limits.MaxPendingHandshakesPerSubnet = MaxPendingHandshakesPerSubnet;
        limits.FirstByteTimeout = FirstByteTimeout;
        limits.UpgradeTimeout = UpgradeTimeout;
        limits.KeepAliveInterval = KeepAliveInterval;
        limits.KeepAliveTimeout = KeepAliveTimeout;
        limits.MaxHeldBytes = MaxHeldBytes;
        limits.MaxReceiveBytesPerConnection = MaxReceiveBytesPerConnection;
    }

    // A connection at its cap always fits into the node.
    private void CheckBytes(List<string> failures)
    {
        CheckBytes(failures, MaxReceiveBytesPerConnection, LeastUnreadBytes, MostUnreadBytes, nameof(MaxReceiveBytesPerConnection));
        CheckBytes(
            failures, MaxHeldBytes, Math.Max(LeastHeldBytes, 4L * MaxReceiveBytesPerConnection), MostHeldBytes, nameof(MaxHeldBytes));
    }

    private static void CheckBytes(List<string> failures, long value, long least, long most, string name)
    {
        if (value < least || value > most)
        {
            failures.Add($"{name} is {value}; it must be from {least} to {most}.");
        }
    }

    private static void CheckCount(List<string> failures, int value, string name)
    {
        if (value is < 1 or > Most)
        {
            failures.Add($"{name} is {value}; it must be from 1 to {Most}.");
        }
    }

    private static void CheckTime(List<string> failures, TimeSpan value, TimeSpan most, string name)
    {
        if (value < TimeSpan.FromSeconds(1) || value > most)
        {
            failures.Add($"{name} is {value}; it must be from {TimeSpan.FromSeconds(1)} to {most}.");
        }
    }
}
