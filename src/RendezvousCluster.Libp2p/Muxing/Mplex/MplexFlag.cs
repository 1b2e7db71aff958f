namespace RendezvousCluster.Libp2p.Muxing.Mplex;

/// <summary>
/// The low three bits of an mplex header. Except for NewStream they name the role of the <em>sender</em>: odd when it is the receiver of
/// the stream (the other side opened it), even when it is the initiator.
/// </summary>
internal enum MplexFlag
{
    NewStream = 0,
    MessageReceiver = 1,
    MessageInitiator = 2,
    CloseReceiver = 3,
    CloseInitiator = 4,
    ResetReceiver = 5,
    ResetInitiator = 6,
}
