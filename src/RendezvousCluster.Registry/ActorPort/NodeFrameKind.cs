namespace RendezvousCluster.Registry.ActorPort;

/// <summary>What a frame of another node holds.</summary>
internal enum NodeFrameKind
{
    /// <summary>It cannot be read.</summary>
    Malformed,

    /// <summary>A word between the ends of the connection, or that messages have arrived: nothing that an actor gets.</summary>
    Control,

    /// <summary>A message for an actor.</summary>
    Message,
}
