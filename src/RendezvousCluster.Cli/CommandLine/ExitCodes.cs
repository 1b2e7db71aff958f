namespace RendezvousCluster.Cli.CommandLine;

/// <summary>What the tool ends with; scripts go by it, so a number never changes its meaning.</summary>
internal static class ExitCodes
{
    /// <summary>Done. Also when <c>register</c> or <c>discover --watch</c> was stopped, and when no peer was found.</summary>
    public const int Success = 0;

    /// <summary>
    /// No point could be reached, something else failed, or it was stopped before it was done; one line on standard error says what.
    /// </summary>
    public const int Failure = 1;

    /// <summary>The command line or the configuration cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>The points answered, and refused: the request has to change.</summary>
    public const int Refused = 3;
}
