namespace RendezvousCluster.Registry.Outages;

/// <summary>
/// A time in which the node does not know, or knows better than to believe, that its store takes writes: from a failure to the next proof.
/// </summary>
internal sealed class StoreSuspicion(DateTimeOffset since = default)
{
    private readonly TaskCompletionSource<bool> _isOutage = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>When it began, by the clock of the wall.</summary>
    public DateTimeOffset Since => since;

    /// <summary>What the first look at the store says: true when it takes no writes, false when the failure had another reason.</summary>
    public Task<bool> IsOutage => _isOutage.Task;

    /// <summary>Completes when the store takes writes.</summary>
    public Task End => _end.Task;

    /// <summary>Whether it is known by now that the store takes no writes.</summary>
    public bool IsConfirmed => _isOutage.Task is { IsCompletedSuccessfully: true, Result: true };

    /// <summary>The store takes no writes. False if that was known, or something else.</summary>
    internal bool Confirm() => _isOutage.TrySetResult(true);

    internal void Resolve()
    {
        _isOutage.TrySetResult(false);
        _end.TrySetResult();
    }
}
