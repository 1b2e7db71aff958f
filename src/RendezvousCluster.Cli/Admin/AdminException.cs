namespace RendezvousCluster.Cli.Admin;

/// <summary>The admin API of a server gave no answer; the message says why, for the user.</summary>
/// <param name="message">Why.</param>
/// <param name="isRefusal">Whether the server does not answer this caller; else it could not, or was not reached.</param>
/// <param name="innerException">The cause.</param>
internal sealed class AdminException(string message, bool isRefusal, Exception? innerException = null)
    : Exception(message, innerException)
{
    /// <summary>Whether the server does not answer this caller.</summary>
    public bool IsRefusal { get; } = isRefusal;
}
