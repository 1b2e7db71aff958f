namespace RendezvousCluster.Client.Errors;

/// <summary>
/// This node advertises no address, so there is nothing to register: its host is not started, or listens nowhere and announces nothing.
/// Nothing was sent.
/// </summary>
public sealed class NoAddressesException : RendezvousException
{
    internal NoAddressesException()
        : base(point: null, "This node has no address to register: start its host with a listen address, or announce one.")
    {
    }
}
