namespace RendezvousCluster.Server.Options;

/// <summary>How the lines of the log are laid out.</summary>
internal enum LogFormat
{
    /// <summary>For people.</summary>
    Text,

    /// <summary>One object a line, for programs.</summary>
    Json,
}
