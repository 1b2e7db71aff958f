using System.Collections.Concurrent;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// The namespaces with registrations that are awake on this node, by size. Each is in it once, from its first registration in memory to
/// its last, and its entity keeps its size up to date.
/// </summary>
internal sealed class AwakeNamespaces
{
    private readonly ConcurrentDictionary<string, Entry> _byEntity = new(StringComparer.Ordinal);

    /// <summary>Those with the most registrations, the most first.</summary>
    public IReadOnlyList<(RendezvousNamespace Name, int Registrations)> Largest(int top)
    {
        var largest = new PriorityQueue<Entry, int>(top + 1);
        foreach ((_, Entry entry) in _byEntity)
        {
            largest.Enqueue(entry, entry.Registrations);
            if (largest.Count > top)
            {
                largest.Dequeue();
            }
        }

        return
        [
            .. largest.UnorderedItems.Select(item => (item.Element.Name, item.Priority))
                .OrderByDescending(size => size.Priority).ThenBy(size => size.Name.ToString(), StringComparer.Ordinal),
        ];
    }

    /// <summary>Takes a namespace in.</summary>
    public Entry Add(string entityId, RendezvousNamespace name) => _byEntity[entityId] = new Entry(name);

    /// <summary>Takes a namespace out, unless a later owner of the same entity has taken its place.</summary>
    public void Remove(string entityId, Entry entry) => _byEntity.TryRemove(KeyValuePair.Create(entityId, entry));

    /// <summary>One namespace.</summary>
    internal sealed class Entry(RendezvousNamespace name)
    {
        private volatile int _registrations;

        /// <summary>The namespace.</summary>
        public RendezvousNamespace Name { get; } = name;

        /// <summary>How many registrations it has.</summary>
        public int Registrations
        {
            get => _registrations;
            set => _registrations = value;
        }
    }
}
