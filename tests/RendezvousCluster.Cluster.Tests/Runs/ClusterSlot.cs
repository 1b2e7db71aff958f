using Akka.Remote.Transport;
using RendezvousCluster.Cluster.Tests.Faults;
using RendezvousCluster.Core;
using RendezvousCluster.Registry.Membership;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>
/// The place of a node in a cluster: its number and its address, which stay when the node ends and another one is started there.
/// </summary>
internal sealed class ClusterSlot(int index, NodeAddress address)
{
    private volatile ClusterNode? _node;
    private volatile IRegistry? _registry;

    public int Index => index;

    public NodeAddress Address => address;

    /// <summary>The registry as callers at this node see it; null when no node is there.</summary>
    public IRegistry? Registry => HasEnded ? null : _registry;

    /// <summary>Whether no node is here, or one that has ended by itself.</summary>
    public bool HasEnded => _node is null || Ended.IsCompleted;

    /// <summary>Whether a node was here that nobody told to leave.</summary>
    public bool IsMissed { get; private set; }

    /// <summary>Ends when the node does.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    /// <summary>How many nodes it sees in the cluster, itself too; 0 when no node is here.</summary>
    public int Members => HasEnded ? 0 : _node?.Members ?? 0;

    /// <summary>Whether it serves, and sees so many members.</summary>
    public bool IsReady(int members) => !HasEnded && _node is { Readiness.IsReady: true } node && node.Members == members;

    /// <summary>A node is here now.</summary>
    public void Put(ClusterNode node, IRegistry registry)
    {
        IsMissed = true;
        Ended = node.Stopping;
        _registry = registry;
        _node = node;
    }

    /// <summary>The node leaves in order: hands over what it owns, and ends.</summary>
    public Task LeaveAsync()
    {
        IsMissed = false;
        return ClearAsync();
    }

    /// <summary>The end of a node that ended by itself, or is to end.</summary>
    public async Task ClearAsync()
    {
        _registry = null;
        if (Interlocked.Exchange(ref _node, null) is { } node)
        {
            await node.DisposeAsync();
        }
    }

    /// <summary>See <see cref="ClusterNode.ThrottleAsync"/>; a node that has ended needs none.</summary>
    public async Task ThrottleAsync(ClusterSlot other, ThrottleTransportAdapter.Direction direction, ThrottleMode mode)
    {
        try
        {
            await (_node is { } node && !HasEnded ? node.ThrottleAsync(other.Address, direction, mode) : Task.CompletedTask);
        }
        catch (Exception) when (HasEnded)
        {
            return; // its transport ended meanwhile
        }
    }

    /// <summary>See <see cref="LinkLoss"/>.</summary>
    public void Lose(double share, int seed) => _node?.Loss.Set(share, seed);
}
