namespace RendezvousCluster.Protocol.Messages;

/// <summary>
/// One message of the rendezvous protocol, a request or a response (rendezvous spec r3, "Protobuf"). Byte fields are kept as they came,
/// so that what is wrong with them can be answered with a status. Decoded messages point into the frame that they were read from: who
/// keeps one longer than the frame copies it.
/// </summary>
public abstract record RendezvousMessage
{
    private protected RendezvousMessage()
    {
    }
}
