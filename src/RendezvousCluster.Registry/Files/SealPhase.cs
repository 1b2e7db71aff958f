namespace RendezvousCluster.Registry.Files;

/// <summary>What was being done with a store when one of its files was sealed. The numbers stand in the files.</summary>
internal enum SealPhase
{
    /// <summary>A server closed it in order.</summary>
    Closed = 0,

    /// <summary>A server has it open, or ended without closing it.</summary>
    Open = 1,

    /// <summary>The files are being sealed one after the other, and this is the first one: the others may be a generation behind.</summary>
    Sealing = 2,
}
