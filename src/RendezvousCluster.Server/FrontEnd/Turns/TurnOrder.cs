using RendezvousCluster.Libp2p.Limits;

namespace RendezvousCluster.Server.FrontEnd.Turns;

/// <summary>
/// The order in which this node works on requests: a peer that asks for much waits for itself, and the others do not wait for it.
///
/// Rules.
/// <list type="bullet">
/// <item>Work is counted in units. One is a small answer; a page has as many more as it has portions of <see cref="UnitBytes"/>. No more is
/// begun than there is capacity for, because what is begun shares the processors with everybody else's steps. Large pages never take the
/// last quarter, so that a small answer need not wait for the end of one.</item>
/// <item>Turns are shared in a tree: first among subnets, then among the addresses of one, then among the connections of one, then
/// between the pages and the commands of one. At each level it is the turn of the one that will have been given the least after it. So
/// neither many requests, nor many connections, nor many addresses of one neighbourhood get more than one share, and a small answer comes
/// before the large page of somebody who was given as much.</item>
/// <item>A peer that was away does not collect shares: it comes back at the place of those who have waited, less one large page. So a peer
/// that asks now and then comes before those who always ask. A new one begins at that place.</item>
/// <item>The first in the order waits until there is room for it. Nobody overtakes it, or large pages would starve.</item>
/// <item>A page is begun at what the last one of its connection took, since nobody knows what it will; its true size is charged when it is
/// known.</item>
/// <item>A connection with more than <paramref name="maxUnsentBytes"/> of pages that its peer has not taken begins no other page: what it
/// does not read costs the node nothing further. Commands are not held back, as their answers are small.</item>
/// <item>The number of those who wait is bounded. Beyond it the last one goes of the fullest connection of the fullest address of the
/// fullest subnet, which may be the newcomer.</item>
/// </list>
/// Not thread-safe, and without a clock: <see cref="TurnQueue"/> calls it under its lock.
/// </summary>
/// <param name="capacity">Units that may be worked on at once.</param>
/// <param name="maxWaiting">Requests that may wait.</param>
/// <param name="maxUnsentBytes">Of one connection.</param>
internal sealed class TurnOrder(int capacity, int maxWaiting, int maxUnsentBytes)
{
    /// <summary>What is worth a unit: some 64 registrations.</summary>
    internal const int UnitBytes = 16 * 1024;

    /// <summary>The units of a full page of usual registrations.</summary>
    internal const int FullPageUnits = 17;

    /// <summary>A request of more units is a large page.</summary>
    internal const int MaxSmallUnits = 2;

    private readonly TurnNode _root = new(parent: null, default);
    private readonly int _largeCapacity = Math.Max(1, capacity - (capacity / 4));
    private int _largeUnits;

    /// <summary>Units that are worked on.</summary>
    public int Units { get; private set; }

    /// <summary>Requests that wait for their turn.</summary>
    public int Waiting => _root.Waiting;

    /// <summary>Connections, addresses and subnets that are known.</summary>
    public int Places => _root.Descendants;

    /// <summary>The units of a page of so many bytes.</summary>
    public static int UnitsFor(long bytes) => 1 + (int)Math.Min(bytes / UnitBytes, int.MaxValue / 2);

    /// <summary>A connection from there is served from now on.</summary>
    public TurnPlace Open(ConnectionSource source) => new(_root.ChildOf(source.Subnet).ChildOf(source.Address));

    /// <summary>The connection is over; those of its requests that are still here end by themselves.</summary>
    public static void Close(TurnPlace place) => place.Leave();

    /// <summary>
    /// Begins a request at once, if there is room for it and none waits that could begin. It is what <see cref="Ask"/> and
    /// <see cref="Next"/> come to then, at a fraction of the work: most requests find a node that has room. Only that it never counts
    /// among those who wait, and so puts none of them out.
    /// </summary>
    /// <param name="turn">The request.</param>
    /// <param name="maxUnits">The most that it can come to, as far as it says.</param>
    public bool TryBegin(Turn turn, int maxUnits)
    {
        int units = UnitsOf(turn, maxUnits);
        if (turn.Leaf.IsHeldBack || !Fits(units) || _root.First() is not null)
        {
            return false;
        }

        turn.Units = units;
        turn.Leaf.Pass(units);
        Begin(turn);
        return true;
    }

    /// <summary>
    /// A request waits for its turn, which <see cref="Next"/> may give it at once. Answers who must go for it, which may be the request
    /// itself; null when nobody must.
    /// </summary>
    /// <param name="turn">The request.</param>
    /// <param name="maxUnits">The most that it can come to, as far as it says.</param>
    public Turn? Ask(Turn turn, int maxUnits)
    {
        turn.Units = UnitsOf(turn, maxUnits);
        turn.State = TurnState.Waiting;
        turn.Leaf.Enqueue(turn);
        if (Waiting <= maxWaiting)
        {
            return null;
        }

        Turn victim = _root.LastOfTheFullest(turn);
        Withdraw(victim);
        return victim;
    }

    /// <summary>Begins the next turn, if there is one and room for it.</summary>
    public Turn? Next()
    {
        if (_root.First() is not { } turn || !Fits(turn.Units))
        {
            return null;
        }

        turn.Leaf.Dequeue(turn);
        Begin(turn);
        return turn;
    }

    /// <summary>A turn that was begun comes to so many units as is known now.</summary>
    public void Weigh(Turn turn, int units)
    {
        if (turn.IsPage)
        {
            turn.Place.ExpectedUnits = units;
        }

        if (turn.State == TurnState.Begun)
        {
            int bounded = Bounded(units);
            turn.Leaf.Charge(bounded - turn.Units);
            Count(turn.Units, -1);
            turn.Units = bounded;
            Count(turn.Units, 1);
        }
    }

    /// <summary>A turn that was begun is over. Idempotent.</summary>
    public void End(Turn turn)
    {
        if (turn.State == TurnState.Begun)
        {
            turn.State = TurnState.Over;
            Count(turn.Units, -1);
        }
    }

    /// <summary>Takes a turn out of the order; false when it had come.</summary>
    public static bool Withdraw(Turn turn)
    {
        if (turn.State != TurnState.Waiting)
        {
            return false;
        }

        turn.State = TurnState.Over;
        turn.Leaf.Remove(turn);
        return true;
    }

    /// <summary>So many bytes of pages lie ready for the peer of this connection, or fewer.</summary>
    public void AddUnsent(TurnPlace place, long difference)
    {
        place.UnsentBytes += difference;
        place.Pages.SetHeldBack(place.UnsentBytes > maxUnsentBytes);
    }

    private void Begin(Turn turn)
    {
        turn.State = TurnState.Begun;
        turn.HasBegun = true;
        Count(turn.Units, 1);
    }

    private int UnitsOf(Turn turn, int maxUnits) => Bounded(turn.IsPage ? Math.Min(maxUnits, turn.Place.ExpectedUnits) : 1);

    private int Bounded(int units) => Math.Clamp(units, 1, _largeCapacity);

    private bool Fits(int units) => Units + units <= capacity && (units <= MaxSmallUnits || _largeUnits + units <= _largeCapacity);

    private void Count(int units, int sign)
    {
        Units += sign * units;
        _largeUnits += units > MaxSmallUnits ? sign * units : 0;
    }
}
