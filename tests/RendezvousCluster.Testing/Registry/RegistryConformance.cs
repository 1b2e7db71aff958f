namespace RendezvousCluster.Testing.Registry;

/// <summary>What every registry keeps. An implementation derives and says how it is made.</summary>
public abstract partial class RegistryConformance : RegistrySuite
{
}
