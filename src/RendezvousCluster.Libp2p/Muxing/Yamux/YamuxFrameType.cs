namespace RendezvousCluster.Libp2p.Muxing.Yamux;

/// <summary>The second byte of a yamux header.</summary>
internal enum YamuxFrameType : byte
{
    /// <summary>Bytes of a stream; counts against its window.</summary>
    Data = 0,

    /// <summary>More window for the sender of data; also the carrier of flags without data.</summary>
    WindowUpdate = 1,

    /// <summary>Asks for (SYN) or gives (ACK) an echo of an opaque value.</summary>
    Ping = 2,

    /// <summary>The session ends.</summary>
    GoAway = 3,
}

/// <summary>May be combined.</summary>
[Flags]
internal enum YamuxFlags : ushort
{
    None = 0,

    /// <summary>Opens a stream; asks for a ping's answer.</summary>
    Syn = 1,

    /// <summary>Accepts a stream; answers a ping.</summary>
    Ack = 2,

    /// <summary>The sender writes no more on this stream.</summary>
    Fin = 4,

    /// <summary>The stream ends at once in both directions.</summary>
    Rst = 8,
}

/// <summary>The length field of a GoAway.</summary>
internal enum YamuxGoAwayCode : uint
{
    Normal = 0,
    ProtocolError = 1,
    InternalError = 2,
}
