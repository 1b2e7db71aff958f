namespace RendezvousCluster.Registry;

/// <summary>
/// How the front end asks an entity. Sharding loses messages by design, so a question that is not answered is asked again.
/// </summary>
internal static class AskPolicy
{
    /// <summary>One try waits this long: far above a commit, far less than a peer waits.</summary>
    internal static readonly TimeSpan TryTimeout = TimeSpan.FromSeconds(1);

    /// <summary>Four tries of a second fit into the usual deadline of five.</summary>
    internal const int MaxTries = 4;

    /// <summary>Asks in flight per node; what comes on top waits for a place until its deadline.</summary>
    internal const int MaxInFlight = 2048;

    /// <summary>
    /// Envelope bytes in one message between nodes. With the fields around 1000 small envelopes it stays below the frame limit of
    /// remoting, above which messages vanish.
    /// </summary>
    internal const int MaxPageBytes = 96 * 1024;

    private const int MinPauseMilliseconds = 20;
    private const int MaxPauseMilliseconds = 150;

    /// <summary>The pause before the next try; random, so that those who failed together do not return together.</summary>
    internal static TimeSpan NextPause() =>
        TimeSpan.FromMilliseconds(Random.Shared.Next(MinPauseMilliseconds, MaxPauseMilliseconds));
}
