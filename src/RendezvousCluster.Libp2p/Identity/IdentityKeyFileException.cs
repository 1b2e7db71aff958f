namespace RendezvousCluster.Libp2p.Identity;

/// <summary>
/// The identity key file cannot be used. The message is one sentence for the operator: which file, what is wrong, what to do.
/// </summary>
public sealed class IdentityKeyFileException : Exception
{
    /// <summary>Creates the failure.</summary>
    public IdentityKeyFileException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
