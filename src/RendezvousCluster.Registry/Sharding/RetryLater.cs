namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// The entity stops, or its write failed: whether the command was committed is unknown. All commands may be sent again; the front end does
/// so within the deadline and answers E_UNAVAILABLE when that does not help.
/// </summary>
internal sealed class RetryLater
{
    internal static readonly RetryLater Instance = new();

    private RetryLater()
    {
    }
}
