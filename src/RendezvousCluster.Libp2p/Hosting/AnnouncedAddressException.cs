namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// An address cannot be announced as this host's, because it leads to another peer or nowhere. The message says what to change.
/// </summary>
public sealed class AnnouncedAddressException : Libp2pException
{
    /// <summary>Creates the exception.</summary>
    public AnnouncedAddressException(string message)
        : base(message)
    {
    }
}
