using Akka.Configuration;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Registry.Hosting;

/// <summary>Where the registry keeps its data and how it uses memory.</summary>
public sealed class RegistryOptions
{
    /// <summary>Where registrations are kept. Default: SQLite files in <see cref="DataDirectory"/>.</summary>
    public RegistryStorage Storage { get; set; } = RegistryStorageCapabilities.Unnamed(outlivesProcess: true);

    /// <summary>
    /// The directory of the journal; it is created when missing. One server at a time uses it. Used with
    /// <see cref="RegistryStorage.Sqlite"/> only.
    /// </summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>
    /// How to reach the database server, in the words of its ADO.NET driver (Npgsql, MySqlConnector). Used with
    /// <see cref="RegistryStorage.Postgres"/> and <see cref="RegistryStorage.MySql"/> only. It is never logged.
    /// </summary>
    public string ConnectionString { get; set; } = string.Empty;

    /// <summary>
    /// The word by which an operator accepts that the data is not whole; the refusal to start names it. It fits one finding only. Default:
    /// none.
    /// </summary>
    public string? AcceptLoss { get; set; }

    /// <summary>Another word for <see cref="RegistryStorage.Memory"/>.</summary>
    public bool EnableMemoryDatabase
    {
        get => !Storage.OutlivesProcess();
        set => Storage = value == EnableMemoryDatabase ? Storage : RegistryStorageCapabilities.Unnamed(outlivesProcess: !value);
    }

    /// <summary>How this node takes part in a cluster. Default: it is one of its own.</summary>
    public ClusterOptions Cluster { get; } = new();

    /// <summary>How many registrations there may be.</summary>
    public RegistrationLimits Limits { get; set; } = new();

    /// <summary>
    /// A namespace that got no request for this long leaves memory and is read back from the journal by the next one. Default: 10 minutes;
    /// at least a second.
    /// </summary>
    public TimeSpan NamespaceIdleTimeout { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// The longest time to live that any front end of the cluster grants. The janitor clears away rows written
    /// <see cref="UpkeepOptions.JanitorMargin"/> longer ago. Default: 72 hours.
    /// </summary>
    public TimeSpan MaxTtl { get; set; } = TimeSpan.FromSeconds(RendezvousLimits.LongestTtlSeconds);

    /// <summary>
    /// For how long any front end of the cluster lets a request wait. No command has a later deadline; one that has comes from a clock that
    /// is ahead. Default: 5 seconds.
    /// </summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How the journal is kept short.</summary>
    public UpkeepOptions Upkeep { get; set; } = new();

    /// <summary>
    /// The start is given up when the registry was not ready once within this; joining takes a few seconds of it. For tests that wait for
    /// it.
    /// </summary>
    internal TimeSpan ReadyTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A node that would found a cluster on a database where one lives waits so long for the end of that: it may be this node's own, from
    /// before it died (<see cref="MemberLock.LongestSilence"/>). Null: it founds one beside it. For tests.
    /// </summary>
    internal TimeSpan? FoundingTimeout { get; set; } = MemberLock.LongestSilence + TimeSpan.FromSeconds(3);

    /// <summary>Settings of the actor system that go before the registry's own; tests put another journal there.</summary>
    internal Config? Overrides { get; set; }
}
