namespace RendezvousCluster.Core.Clocks;

/// <summary>
/// By which count of the time a process goes. The process that begins a cluster begins a count, those that join take it over, and it goes
/// on for as long as one of them lives: so what one of them writes or sends, the others read without a guess.
/// </summary>
/// <param name="Run">A number for the count alone. It stands in journals, beside the times by that count.</param>
/// <param name="Moved">By how much the process has moved its own clock for it.</param>
internal sealed record TimeScale(Guid Run, TimeSpan Moved)
{
    /// <summary>
    /// What was read or decided by a scale that is moved by less is still right: it is a tenth of the time that a request may take.
    /// </summary>
    public static readonly TimeSpan LeastDifference = TimeSpan.FromMilliseconds(500);

    /// <summary>The count that a process begins for itself.</summary>
    public static TimeScale New() => new(Guid.NewGuid(), TimeSpan.Zero);

    /// <summary>Whether what is right by this scale may be wrong by another one of the process.</summary>
    public bool IsApartFrom(TimeScale other) => (Moved - other.Moved).Duration() >= LeastDifference;
}
