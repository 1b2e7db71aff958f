namespace RendezvousCluster.Server.Management.Admin;

/// <summary>How much an answer tells.</summary>
internal static class AdminLimits
{
    /// <summary>Rows of a list if nobody says how many: a screen.</summary>
    internal const int UsualTop = 20;

    /// <summary>Rows of a list at most: with the longest names and addresses they fit one message between nodes.</summary>
    internal const int MostTop = 100;
}
