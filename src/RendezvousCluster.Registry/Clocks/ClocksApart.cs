using System.Collections.Concurrent;
using System.Globalization;
using Akka.Actor;

namespace RendezvousCluster.Registry.Clocks;

/// <summary>
/// Nodes whose wall clocks differ from this node's by more than <see cref="ClusterTime.LeastWallDifference"/>. Registrations keep their
/// times to live all the same; an operator should know. Safe for use by many threads.
/// </summary>
internal sealed class ClocksApart
{
    private readonly ConcurrentDictionary<Address, (TimeSpan Size, string Direction)> _apart = [];

    /// <summary>One sentence without a full stop; null when the clocks agree as far as is known.</summary>
    public string? Remark
    {
        get
        {
            KeyValuePair<Address, (TimeSpan Size, string Direction)>[] apart = [.. _apart.OrderByDescending(one => one.Value.Size)];
            string others = apart.Length > 1 ? $" (and {apart.Length - 1} more clocks differ)" : string.Empty;
            return apart is [var (node, (size, direction)), ..]
                ? string.Create(
                    CultureInfo.InvariantCulture,
                    $"the wall clock of {node.Host}:{node.Port} is {size.TotalSeconds:0} s {direction} this node's{others}")
                : null;
        }
    }

    /// <summary>The clock of a node differs, or differs by another time than before.</summary>
    /// <returns>Whether it did not differ before.</returns>
    public bool Add(Address node, TimeSpan size, string direction)
    {
        bool isNew = !_apart.ContainsKey(node);
        _apart[node] = (size, direction);
        return isNew;
    }

    /// <summary>The clock of a node agrees.</summary>
    public void Remove(Address node) => _apart.TryRemove(node, out _);

    /// <summary>Forgets all nodes but these: the others have left.</summary>
    public void KeepOnly(IEnumerable<Address> members)
    {
        foreach (Address gone in _apart.Keys.Except(members))
        {
            Remove(gone);
        }
    }
}
