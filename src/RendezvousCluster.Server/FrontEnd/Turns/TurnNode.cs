namespace RendezvousCluster.Server.FrontEnd.Turns;

/// <summary>
/// A subnet, an address, a connection, or the pages or commands of one: what shares turns with its like under the same parent.
///
/// Among siblings with something to do it is the turn of the one that will have been given the fewest units after it: so of two who were
/// given the same, the one that asks for less comes first. Their clock is what the last of them had been given when its turn came. One that
/// is new begins there; one that was away comes back there, less a full page, unless it was given more.
/// </summary>
internal sealed class TurnNode
{
    private static readonly IComparer<TurnNode> Order = Comparer<TurnNode>.Create(
        (one, other) => (one._given + one._first!.Units, one._arrival).CompareTo((other._given + other._first!.Units, other._arrival)));

    private readonly Dictionary<UInt128, TurnNode> _named = [];
    private readonly HashSet<TurnNode> _crowded = [];
    private readonly SortedSet<TurnNode> _ready = new(Order);
    private readonly LinkedList<Turn> _turns = [];
    private readonly UInt128 _key;

    // The next turn among those below, as the order of the siblings knows it; null when there is nothing to do.
    private Turn? _first;
    private long _given;
    private long _clock;
    private long _arrival;
    private long _arrivals;
    private int _children;
    private bool _isHeldBack;

    public TurnNode(TurnNode? parent, UInt128 key)
    {
        Parent = parent;
        _key = key;
        _given = parent?._clock ?? 0;
    }

    /// <summary>Requests that wait in this node and below it.</summary>
    public int Waiting { get; private set; }

    /// <summary>Whether this one may not have a turn for now.</summary>
    public bool IsHeldBack => _isHeldBack;

    /// <summary>Nodes below this one that somebody may still use.</summary>
    public int Descendants => _named.Values.Sum(child => 1 + child.Descendants) + _children - _named.Count;

    /// <summary>The child of that name, made at its first use; it stays until what was opened below it is closed.</summary>
    public TurnNode ChildOf(UInt128 name)
    {
        if (!_named.TryGetValue(name, out TurnNode? child))
        {
            _named.Add(name, child = Open(name));
        }

        return child;
    }

    /// <summary>A child without a name.</summary>
    public TurnNode Open() => Open(default);

    /// <summary>Nobody will use this node any more.</summary>
    public void Close()
    {
        if (Parent is null)
        {
            return;
        }

        Parent._children--;
        if (Parent._named.TryGetValue(_key, out TurnNode? named) && ReferenceEquals(named, this))
        {
            Parent._named.Remove(_key);
        }

        if (Parent._children == 0)
        {
            Parent.Close();
        }
    }

    /// <summary>The request whose turn it is.</summary>
    public Turn? First() => _ready.Min is { } next ? next._first : _isHeldBack ? null : _turns.First?.Value;

    /// <summary>A request waits here.</summary>
    public void Enqueue(Turn turn)
    {
        _turns.AddLast(turn.InLine);
        CountWaiting(1);
        Settle();
    }

    /// <summary>A request waits here no longer.</summary>
    public void Remove(Turn turn)
    {
        _turns.Remove(turn.InLine);
        CountWaiting(-1);
        Settle();
    }

    /// <summary>It is the turn of a request here, which is charged on the whole way.</summary>
    public void Dequeue(Turn turn)
    {
        for (TurnNode node = this; node.Parent is { } above; node = above)
        {
            above._clock = Math.Max(above._clock, node._given);
        }

        _turns.Remove(turn.InLine);
        CountWaiting(-1);
        Charge(turn.Units);
    }

    /// <summary>
    /// A request of this node begins while none waits that could begin: it is charged as if it had waited for no time, and no order of
    /// siblings has to be kept for it, since nobody stands in one.
    /// </summary>
    public void Pass(int units)
    {
        for (TurnNode node = this; node.Parent is { } above; node = above)
        {
            node.CatchUp(above);
            above._clock = Math.Max(above._clock, node._given);
            node._given += units;
        }
    }

    /// <summary>So many units more were given to this node, or fewer than was thought.</summary>
    public void Charge(int units)
    {
        for (TurnNode node = this; node.Parent is { } above; node = above)
        {
            // A place in a sorted set must not change under it.
            bool isReady = node._first is not null && above._ready.Remove(node);
            node._given += units;
            if (isReady)
            {
                node._arrival = above._arrivals++;
                above._ready.Add(node);
            }
        }

        Settle();
    }

    /// <summary>Holds this node's requests back, or lets them go on.</summary>
    public void SetHeldBack(bool isHeldBack)
    {
        _isHeldBack = isHeldBack;
        Settle();
    }

    /// <summary>The last request of the fullest below; among equals that of the newcomer.</summary>
    public Turn LastOfTheFullest(Turn newcomer)
    {
        TurnNode node = this;
        var way = new Stack<TurnNode>();
        for (TurnNode? own = newcomer.Leaf; own is not null; own = own.Parent)
        {
            way.Push(own);
        }

        way.Pop();
        while (node._crowded.Count > 0)
        {
            TurnNode fullest = node._crowded.MaxBy(child => child.Waiting)!;
            TurnNode? own = way.TryPop(out TurnNode? next) && ReferenceEquals(next.Parent, node) ? next : null;
            node = own?.Waiting >= fullest.Waiting ? own : fullest;
        }

        return node._turns.Last!.Value;
    }

    private TurnNode? Parent { get; }

    private TurnNode Open(UInt128 name)
    {
        _children++;
        return new TurnNode(this, name);
    }

    private void CountWaiting(int difference)
    {
        for (TurnNode? node = this; node is not null; node = node.Parent)
        {
            bool wasCrowded = node.Waiting > 0;
            node.Waiting += difference;
            if (wasCrowded != node.Waiting > 0)
            {
                _ = wasCrowded ? node.Parent?._crowded.Remove(node) : node.Parent?._crowded.Add(node);
            }
        }
    }

    // It was away: what it was not given meanwhile is not owed to it.
    private void CatchUp(TurnNode above) => _given = Math.Max(_given, above._clock - TurnOrder.FullPageUnits);

    // Puts this node, and those above it, where their siblings' order has them.
    private void Settle()
    {
        for (TurnNode node = this; node.Parent is { } above; node = above)
        {
            Turn? first = node.First();
            if (ReferenceEquals(first, node._first))
            {
                continue;
            }

            if (node._first is null)
            {
                node.CatchUp(above);
                node._arrival = above._arrivals++;
            }
            else
            {
                above._ready.Remove(node);
            }

            node._first = first;
            if (first is not null)
            {
                above._ready.Add(node);
            }
        }
    }
}
