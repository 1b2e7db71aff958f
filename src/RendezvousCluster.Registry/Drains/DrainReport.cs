namespace RendezvousCluster.Registry.Drains;

/// <summary>A node says to the others that it is out of service, as long as it is.</summary>
internal sealed class DrainReport
{
    /// <summary>The name of the actor that hears it.</summary>
    internal const string Recipient = "drain-watch";

    internal static readonly DrainReport Instance = new();

    private DrainReport()
    {
    }
}
