namespace RendezvousCluster.Client.Errors;

/// <summary>
/// Several points were asked and none did what was asked of it. A single failing point among working ones is not an error.
/// </summary>
public sealed class AllPointsFailedException : RendezvousException
{
    private AllPointsFailedException(IReadOnlyList<RendezvousException> failures)
        : base(
            point: null,
            $"None of {failures.Count} points could serve: {string.Join(" ", failures.Select(failure => failure.Message))}",
            failures[0]) =>
        Failures = failures;

    /// <summary>What went wrong, one of each point.</summary>
    public IReadOnlyList<RendezvousException> Failures { get; }

    /// <summary>
    /// One exception for the failures of all points: the failure itself when there is one, or when all points answered with the same
    /// status, so that a refusal has its own type however many points there are.
    /// </summary>
    /// <param name="failures">At least one.</param>
    internal static RendezvousException Of(IReadOnlyList<RendezvousException> failures)
    {
        bool alike = failures[0] is RendezvousRefusedException first
            && failures.All(failure => failure is RendezvousRefusedException other && other.Status == first.Status);
        return alike || failures.Count == 1 ? failures[0] : new AllPointsFailedException(failures);
    }
}
