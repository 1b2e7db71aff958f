namespace RendezvousCluster.Registry.Links;

/// <summary>
/// What strangers and stuck nodes can cost at the port between nodes. Nobody sets these: a cluster of any size stays far below them, and a
/// stranger reaches them without harm.
/// </summary>
internal sealed record LinkLimits
{
    /// <summary>The defaults.</summary>
    public static readonly LinkLimits Default = new();

    /// <summary>
    /// Connections that have not proved yet to be of the cluster. A node proves it within milliseconds; when more come, the oldest one of
    /// the network that has the most of them goes, so that strangers make room for nodes and not the other way round.
    /// </summary>
    public int MaxUnproven { get; init; } = 256;

    /// <summary>
    /// Until it has proved to be a node: TLS and the first frame. A processor that is busy with other things is waited for.
    /// </summary>
    public TimeSpan ProofTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The first frame of a node tells its address and nothing else.</summary>
    public int MaxFirstFrameBytes { get; init; } = 4 * 1024;

    /// <summary>
    /// Links to this node, proven and unproven: two for each node of a cluster of five hundred. Further ones are closed at once.
    /// </summary>
    public int MaxInboundLinks { get; init; } = 1024;

    /// <summary>
    /// What waits in bytes for a node that does not read. Beyond it the toolkit keeps messages back, and sends them later or never.
    /// </summary>
    public int MaxUnsentBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long the last words to a node may take at the end of a link.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Before the next accept when the machine could not give a connection: it has no descriptors left, as a rule.</summary>
    public TimeSpan AcceptPause { get; init; } = TimeSpan.FromMilliseconds(100);
}
