using RendezvousCluster.Libp2p.Protocols;

namespace RendezvousCluster.Client.Points;

/// <summary>What a point was seen to do on one connection.</summary>
internal sealed class PointHabits
{
    private volatile Seen? _answeredEnding;

    /// <summary>How it ended the last stream that it had answered on; null while it has answered on none.</summary>
    public StreamEnding? AnsweredEnding
    {
        get => _answeredEnding?.Value;
        set => _answeredEnding = value is { } ending ? new Seen(ending) : null;
    }

    /// <summary>Those of a connection.</summary>
    public static PointHabits Of(IPeerConnection connection) => connection.GetOrAddState(() => new PointHabits());

    private sealed record Seen(StreamEnding Value);
}
