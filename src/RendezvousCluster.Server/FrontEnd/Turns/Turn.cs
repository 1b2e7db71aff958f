namespace RendezvousCluster.Server.FrontEnd.Turns;

/// <summary>How far a request is with its turn.</summary>
internal enum TurnState
{
    /// <summary>It has not asked.</summary>
    New,

    /// <summary>It waits.</summary>
    Waiting,

    /// <summary>It is being worked on.</summary>
    Begun,

    /// <summary>It is through, or has given up.</summary>
    Over,
}

/// <summary>What a request waited for before its turn.</summary>
internal enum TurnWait
{
    /// <summary>Nothing: its turn came at once, or it has not asked.</summary>
    None,

    /// <summary>The work on others.</summary>
    Others,

    /// <summary>Its own peer, which has not read the pages before.</summary>
    OwnPeer,
}

/// <summary>The turn of one request.</summary>
internal sealed class Turn
{
    public Turn(TurnPlace place, bool isPage)
    {
        Place = place;
        IsPage = isPage;
        InLine = new LinkedListNode<Turn>(this);
    }

    /// <summary>The place of the connection that the turn belongs to.</summary>
    public TurnPlace Place { get; }

    /// <summary>Whether its answer may be large.</summary>
    public bool IsPage { get; }

    /// <summary>Where it waits.</summary>
    public TurnNode Leaf => IsPage ? Place.Pages : Place.Commands;

    /// <summary>Its place in the line.</summary>
    public LinkedListNode<Turn> InLine { get; }

    /// <summary>What it comes to, as far as is known.</summary>
    public int Units { get; set; } = 1;

    public TurnState State { get; set; }

    /// <summary>Whether and what it waited for.</summary>
    public TurnWait WaitedFor { get; set; }

    /// <summary>Whether its turn has come, be it over or not.</summary>
    public bool HasBegun { get; set; }

    /// <summary>The request that waits for it; null when the turn came at once. True when it came, false when too many wait.</summary>
    public TaskCompletionSource<bool>? Waiter { get; set; }

    /// <summary>Ends it when its peer does not take a page.</summary>
    public ITimer? Lapse { get; set; }
}
