namespace RendezvousCluster.Registry.Outages;

/// <summary>What is known of the store of a node, of one's own or another.</summary>
internal enum StoreState
{
    /// <summary>Nothing was said, not lately, or not for long enough. While no store is away nobody says anything.</summary>
    Unknown,

    /// <summary>It has taken no writes for some time.</summary>
    Away,

    /// <summary>It has taken writes for some time.</summary>
    Well,
}
