using Akka.Actor;

namespace RendezvousCluster.Registry.Scheduling;

/// <summary>Something to be done at its time.</summary>
/// <param name="Run">Does it.</param>
/// <param name="Interval">After which it is done again, from its end; zero for one that is done once.</param>
/// <param name="Cancelable">By which it is cancelled; null for one that nobody cancels.</param>
internal sealed record Job(Action Run, TimeSpan Interval, ICancelable? Cancelable)
{
    /// <summary>Whether it is not to be done any more.</summary>
    public bool IsCancelled => Cancelable is { IsCancellationRequested: true };
}
