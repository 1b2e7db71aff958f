namespace RendezvousCluster.Protocol;

/// <summary>The ids under which the rendezvous protocol is spoken.</summary>
public static class ProtocolIds
{
    /// <summary>The spec's id: rust, Go, nim, python.</summary>
    public const string Rendezvous = "/rendezvous/1.0.0";

    /// <summary>The id of the JavaScript implementation @canvas-js/libp2p-rendezvous, whose messages are those of the spec.</summary>
    public const string Canvas = "/canvas/rendezvous/1.0.0";

    /// <summary>The ids that are served unless configured otherwise, the spec's first.</summary>
    public static IReadOnlyList<string> Default { get; } = [Rendezvous, Canvas];
}
