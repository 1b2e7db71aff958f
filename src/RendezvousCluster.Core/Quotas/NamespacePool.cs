using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Quotas;

/// <summary>The names of namespaces, each kept once with a number for it, for as long as a place is in it.</summary>
internal sealed class NamespacePool
{
    private readonly Dictionary<RendezvousNamespace, int> _ids = [];
    private readonly List<(RendezvousNamespace? Name, int Places)> _names = [(null, 0)]; // 0 is not an id
    private readonly Stack<int> _free = new();

    /// <summary>How many names are kept.</summary>
    public int Count => _ids.Count;

    /// <summary>The name of an id.</summary>
    public RendezvousNamespace this[int id] =>
        _names[id].Name ?? throw new ArgumentOutOfRangeException(nameof(id), id, "No namespace has this id.");

    /// <summary>The id of a name; 0 when it has none.</summary>
    public int Find(RendezvousNamespace @namespace) => _ids.GetValueOrDefault(@namespace);

    /// <summary>Counts a place in a namespace, and answers the namespace's id.</summary>
    public int AddPlace(RendezvousNamespace @namespace)
    {
        if (_ids.TryGetValue(@namespace, out int id))
        {
            _names[id] = (_names[id].Name, _names[id].Places + 1);
            return id;
        }

        if (!_free.TryPop(out id))
        {
            id = _names.Count;
            _names.Add(default);
        }

        _names[id] = (@namespace, 1);
        _ids.Add(@namespace, id);
        return id;
    }

    /// <summary>Counts a place no more; with the last one the name goes, and its id is free for another.</summary>
    public void RemovePlace(int id)
    {
        (RendezvousNamespace? name, int places) = _names[id];
        if (places > 1)
        {
            _names[id] = (name, places - 1);
            return;
        }

        _ids.Remove(this[id]);
        _names[id] = default;
        _free.Push(id);
        if (_ids.Count == 0)
        {
            Clear();
        }
    }

    // Gives the memory of better days back.
    private void Clear()
    {
        _names.RemoveRange(1, _names.Count - 1);
        _names.TrimExcess();
        _free.Clear();
        _free.TrimExcess();
        _ids.TrimExcess();
    }
}
