namespace RendezvousCluster.Server.Management.Admin;

/// <summary>How much an answer tells.</summary>
internal static class AdminLimits
{
    /// <summary>Rows of a list if nobody says how many: a screen.</summary>
    internal const int UsualTop = 20;

    /// <summary>Rows of a list at most.</summary>
    internal const int MostTop = 100;

    /// <summary>One node's answer at most: it has to fit a message between nodes, of which the registry allows 96 KiB.</summary>
    internal const int MaxAnswerBytes = 90 * 1024;
}
