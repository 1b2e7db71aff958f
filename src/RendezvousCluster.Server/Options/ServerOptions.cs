using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Server.Options;

/// <summary>
/// What an operator can set, as the server uses it. How each setting is named and written, and which values it takes, is in the table of
/// settings.
/// </summary>
internal sealed class ServerOptions
{
    /// <summary>The configuration section.</summary>
    public const string Section = "Rendezvous";

    /// <summary>Where the point listens when nothing is said: loopback, on the ports of the classic JavaScript server.</summary>
    public static readonly string[] DefaultListen = ["/ip4/127.0.0.1/tcp/8000", "/ip4/127.0.0.1/tcp/15003/ws"];

    /// <summary>Multiaddrs to listen on; null stands for <see cref="DefaultListen"/>. Port 0 lets the system choose.</summary>
    public string[]? Listen { get; set; }

    /// <summary>Multiaddrs to tell peers instead of the bound ones.</summary>
    public string[] Announce { get; set; } = [];

    /// <summary>A file of peers and networks that are served or not; null serves everybody. Read again on SIGHUP.</summary>
    public string? AccessFile { get; set; }

    /// <summary>Where the identity and the database live.</summary>
    public string DataDirectory { get; set; } = "data";

    /// <summary>The identity's key file; null stands for <c>identity.key</c> in the data directory. Made at the first start.</summary>
    public string? Identity { get; set; }

    /// <summary>
    /// Where registrations are kept; null stands for SQLite files in the data directory, or memory with <see cref="EnableMemoryDatabase"/>.
    /// </summary>
    public RegistryStorage? Storage { get; set; }

    /// <summary>
    /// How to reach the database server with <see cref="RegistryStorage.Postgres"/> and <see cref="RegistryStorage.MySql"/>. It holds a
    /// password, which others on the machine can read on a command line; the environment or <see cref="ConnectionStringFile"/> is better.
    /// </summary>
    public string? ConnectionString { get; set; }

    /// <summary>A file with the connection string in it, as secrets are mounted.</summary>
    public string? ConnectionStringFile { get; set; }

    /// <summary>The word by which an operator accepts that the registry's data is not whole; the refusal to start names it.</summary>
    public string? AcceptLoss { get; set; }

    /// <summary>Another word for <see cref="RegistryStorage.Memory"/>.</summary>
    public bool EnableMemoryDatabase { get; set; }

    /// <summary>
    /// Where to listen for the other nodes of the cluster; null stands for nowhere, or with <see cref="Seeds"/> for a free port of
    /// loopback.
    /// </summary>
    public string? ClusterBind { get; set; }

    /// <summary>Where the other nodes reach this one; null stands for <see cref="ClusterBind"/>.</summary>
    public string? ClusterAnnounce { get; set; }

    /// <summary>Nodes to join through, as they announce themselves; none makes this node a cluster of its own.</summary>
    public string[] Seeds { get; set; } = [];

    /// <summary>What the node does: <c>registry</c>, <c>frontend</c>, or both with a comma between.</summary>
    public string Roles { get; set; } = "registry,frontend";

    /// <summary>How soon a silent node is taken for dead.</summary>
    public FailureDetection FailureDetection { get; set; }

    /// <summary>
    /// This node's certificate for TLS between nodes, which a node with <see cref="Seeds"/> or a <see cref="ClusterBind"/> must have.
    /// </summary>
    public string? ClusterCertificate { get; set; }

    /// <summary>The private key of <see cref="ClusterCertificate"/>, which nobody else may be able to read.</summary>
    public string? ClusterKey { get; set; }

    /// <summary>The authority that signed the certificates of all nodes; several while one replaces another.</summary>
    public string? ClusterAuthority { get; set; }

    /// <summary>
    /// Go without certificates between nodes: every program that reaches the port for other nodes, of any user of this machine too, can
    /// read and change all registrations and end this node.
    /// </summary>
    public bool InsecureClusterAnyoneCanControlThisNode { get; set; }

    /// <summary>A namespace that nobody asked for so long leaves memory.</summary>
    public TimeSpan NamespaceIdleTimeout { get; set; } = new RegistryOptions().NamespaceIdleTimeout;

    /// <summary>How many registrations there may be.</summary>
    public RegistrationLimits Registrations { get; set; } = new();

    /// <summary>The bounds of the rendezvous protocol.</summary>
    public RendezvousLimits Limits { get; set; } = new();

    /// <summary>The libp2p host.</summary>
    public Libp2pSettings Libp2p { get; set; } = new();

    /// <summary>
    /// How many connections there may be in all, if somebody said so; null stands for the host's default, or for fewer where the process
    /// may not open as many files.
    /// </summary>
    public int? MaxConnections { get; set; }

    /// <summary>How the journal is kept short; by configuration only, and the same at every node.</summary>
    public UpkeepOptions Upkeep { get; set; } = new();

    /// <summary>Further protocol ids to answer to, beside <c>/rendezvous/1.0.0</c>; null stands for the built-in aliases.</summary>
    public string[]? ProtocolAliases { get; set; }

    /// <summary>
    /// How the agent versions of clients begin that read only unsigned PeerInfo; null stands for the built-in list
    /// (<c>py-libp2p</c>, <c>berty.tech/</c>).
    /// </summary>
    public string[]? PeerInfoAgentPrefixes { get; set; }

    /// <summary>
    /// What a peer without any sign of which records it reads is shown of a namespace that holds both flavours: <c>RoutingState</c>
    /// (rust's) or <c>Standard</c>. Of any other namespace it is shown the only flavour there is.
    /// </summary>
    public RecordFlavour FlavourForUnknownPeers { get; set; } = RecordFlavour.RoutingState;

    /// <summary>What <see cref="Management"/> says to serve health and metrics nowhere.</summary>
    public const string NoManagement = "none";

    /// <summary>Where health and metrics are served if nobody says where. Of several servers on a machine the first takes it.</summary>
    public const string DefaultManagement = "127.0.0.1:9400";

    /// <summary>
    /// Where health and metrics are served over HTTP, such as <c>127.0.0.1:9401</c>, or <see cref="NoManagement"/>. Null: on
    /// <see cref="DefaultManagement"/>, or on a free port of loopback if that is taken. They tell nothing secret and change nothing, but
    /// bind them to loopback or a private network all the same.
    /// </summary>
    public string? Management { get; set; }

    /// <summary>A collector of traces that speaks OTLP over HTTP, such as <c>http://127.0.0.1:4318</c>; null traces nothing.</summary>
    public string? TraceEndpoint { get; set; }

    /// <summary>How much to log, to standard error.</summary>
    public LogLevel LogLevel { get; set; } = LogLevel.Warning;

    /// <summary>How the lines of the log are laid out.</summary>
    public LogFormat LogFormat { get; set; }

    /// <summary>The storage really used.</summary>
    public RegistryStorage StorageOrDefault =>
        Storage ?? RegistryStorageCapabilities.Unnamed(outlivesProcess: !EnableMemoryDatabase);

    /// <summary>Whether this node serves peers.</summary>
    public bool IsFrontEnd => ClusterRules.TryReadRoles(Roles, out NodeRoles roles) && roles.HasFlag(NodeRoles.Frontend);

    /// <summary>Whether this node keeps registrations.</summary>
    public bool IsRegistry => ClusterRules.TryReadRoles(Roles, out NodeRoles roles) && roles.HasFlag(NodeRoles.Registry);

    /// <summary>The key file really used.</summary>
    public string IdentityPath => Identity ?? Path.Combine(DataDirectory, "identity.key");

    /// <summary>Where the sequence number of the point's last peer record is kept.</summary>
    public string RecordSequencePath => $"{IdentityPath}.sequence";

    /// <summary>The addresses really listened on.</summary>
    public IReadOnlyList<string> ListenOrDefault => Listen is { Length: > 0 } listen ? listen : DefaultListen;
}

/// <summary>Settings of the libp2p host.</summary>
internal sealed class Libp2pSettings
{
    /// <summary>Its bounds; that of all connections is set by <see cref="ServerOptions.MaxConnections"/>.</summary>
    public Libp2pLimits Limits { get; set; } = new();
}
