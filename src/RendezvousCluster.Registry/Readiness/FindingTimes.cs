namespace RendezvousCluster.Registry.Readiness;

/// <summary>Remembers since when each cause is known. Safe for use by many threads.</summary>
/// <param name="time">A clock that nobody sets.</param>
internal sealed class FindingTimes(TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<ReadinessState, DateTimeOffset> _since = [];

    /// <summary>The causes that there are now, each with its time; one that is not among them begins anew when it comes back.</summary>
    public IReadOnlyList<ReadinessFinding> Date(IReadOnlyList<ReadinessCause> against, IReadOnlyList<ReadinessCause> remarks)
    {
        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            foreach (ReadinessState gone in _since.Keys.Except(against.Concat(remarks).Select(cause => cause.State)).ToArray())
            {
                _since.Remove(gone);
            }

            return [.. against.Select(cause => Date(cause, isAgainst: true)), .. remarks.Select(cause => Date(cause, isAgainst: false))];
        }

        ReadinessFinding Date(ReadinessCause cause, bool isAgainst)
        {
            _since.TryAdd(cause.State, now);
            return new ReadinessFinding(cause.Check, isAgainst, cause.Text, _since[cause.State]);
        }
    }
}
