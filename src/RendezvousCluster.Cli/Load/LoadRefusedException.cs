using RendezvousCluster.Protocol;

namespace RendezvousCluster.Cli.Load;

/// <summary>A point answered a request of a load run with something else than OK.</summary>
internal sealed class LoadRefusedException(RendezvousStatus status) : Exception($"status {(int)status} ({status})")
{
    public static void ThrowUnlessOk(RendezvousStatus status)
    {
        if (status != RendezvousStatus.Ok)
        {
            throw new LoadRefusedException(status);
        }
    }
}
