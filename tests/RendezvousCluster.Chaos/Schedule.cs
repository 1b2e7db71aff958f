namespace RendezvousCluster.Chaos;

/// <summary>Spans of real time that a run is made of: how long a fault lasts, how long nothing goes wrong.</summary>
internal static class Schedule
{
    /// <summary>Lets time pass while others work.</summary>
    /// <exception cref="OperationCanceledException">It was ended early.</exception>
    public static async Task PassAsync(TimeSpan span, CancellationToken cancellationToken = default)
    {
        using var timer = new PeriodicTimer(span);
        await timer.WaitForNextTickAsync(cancellationToken);
    }
}
