namespace RendezvousCluster.Registry.Membership;

/// <summary>Which side of a cluster goes on, when nodes do not hear one another.</summary>
internal enum SideVerdict
{
    /// <summary>The other side may have more nodes that own namespaces: this one ends.</summary>
    Ends,

    /// <summary>Both sides may have equally many: the one with the seat goes on (<see cref="TieBreak"/>).</summary>
    Tied,

    /// <summary>This side has more of them, regardless of what the other one knows.</summary>
    GoesOn,
}
