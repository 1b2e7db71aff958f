namespace RendezvousCluster.Server.FrontEnd.Turns;

/// <summary>The place of a connection in the order of turns.</summary>
internal sealed class TurnPlace
{
    // Before the first page of a connection nobody knows what it asks for.
    private const int FirstExpectedUnits = 4;

    private readonly TurnNode _connection;
    private bool _isClosed;

    public TurnPlace(TurnNode address)
    {
        _connection = address.Open();
        Pages = _connection.Open();
        Commands = _connection.Open();
    }

    /// <summary>Its requests for pages.</summary>
    public TurnNode Pages { get; }

    /// <summary>Its other requests.</summary>
    public TurnNode Commands { get; }

    /// <summary>What its next page is taken for: what the last one was.</summary>
    public int ExpectedUnits { get; set; } = FirstExpectedUnits;

    /// <summary>Pages that its peer has not taken.</summary>
    public long UnsentBytes { get; set; }

    /// <summary>Nobody asks here any more. Idempotent.</summary>
    public void Leave()
    {
        if (!_isClosed)
        {
            _isClosed = true;
            Pages.Close();
            Commands.Close();
        }
    }
}
