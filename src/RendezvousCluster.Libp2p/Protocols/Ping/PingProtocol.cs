namespace RendezvousCluster.Libp2p.Protocols.Ping;

/// <summary>Names and sizes that ping fixes (https://github.com/libp2p/specs/blob/master/ping/ping.md).</summary>
public static class PingProtocol
{
    /// <summary>The protocol id.</summary>
    public const string Id = "/ipfs/ping/1.0.0";

    /// <summary>Every ping is so long, and so is its echo.</summary>
    public const int PayloadBytes = 32;
}
