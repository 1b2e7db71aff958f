using Microsoft.Extensions.Logging;
using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Outages;

/// <summary>
/// Whether the node's store takes writes, as far as is known. A failure of a write or a recovery raises a suspicion; a look at the store
/// settles it: either all is well, or the store is away, and is looked at until it is back.
/// </summary>
/// <remarks>
/// While the store is away no entity tries to write: each would lose its memory over it, since nobody knows what becomes of a write that
/// fails. The state of an entity that tried before anybody knew is kept here for the time being (<see cref="KeptStates"/>).
/// </remarks>
internal sealed partial class StoreHealth(KeptStates kept, TimeProvider timeProvider, ILogger<StoreHealth> logger)
{
    /// <summary>The pause between two looks at a store that is away: what a peer waits on top when it is back.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// What was kept is forgotten this long after the store is back. It is needed a little longer, since the first recoveries may meet a
    /// breaker that is still open, and then there is nothing else to read from.
    /// A state that a later outage left stays as long after that one.
    /// </summary>
    internal static readonly TimeSpan KeptAfterwards = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private IRegistryStore? _store;
    private CancellationToken _stopping;
    private volatile StoreSuspicion? _suspicion;
    private volatile StoreSuspicion? _settledLast;

    /// <summary>The suspicion that there is now; null while all is well.</summary>
    public StoreSuspicion? Suspicion => _suspicion;

    /// <summary>Whether the store is known to take no writes now.</summary>
    public bool IsAway => _suspicion is { IsConfirmed: true };

    /// <summary>Since when the store is known to take no writes; null when it takes them, as far as is known.</summary>
    public DateTimeOffset? AwaySince => _suspicion is { IsConfirmed: true } suspicion ? suspicion.Since : null;

    /// <summary>What entities left behind whose writes failed.</summary>
    public KeptStates Kept => kept;

    /// <summary>
    /// Called whenever the store takes writes again after a time in which that was not known: what takes them may be a copy of it.
    /// </summary>
    public Action? OnSettled { get; set; }

    /// <summary>Called whenever the store is suspected, first, before anybody knows whether it is away.</summary>
    public Action? OnSuspected { get; set; }

    /// <summary>Begins to believe in failures. Before, and on a node without a store, all is always well.</summary>
    /// <param name="store">The store, prepared.</param>
    /// <param name="stopping">Ends the looking.</param>
    public void Watch(IRegistryStore store, CancellationToken stopping)
    {
        _stopping = stopping;
        _store = store;
    }

    /// <summary>Something failed that may be due to the store. Looks, unless somebody looks already.</summary>
    /// <param name="isSeen">Whether what failed was a look at the store, so that it is known to be away.</param>
    public void Raise(bool isSeen = false)
    {
        if (_store is not { } store)
        {
            return;
        }

        StoreSuspicion suspicion;
        lock (_lock)
        {
            bool isNew = _suspicion is null;
            _suspicion = suspicion = _suspicion ?? new StoreSuspicion(timeProvider.GetUtcNow());
            if (isSeen)
            {
                Confirm(store, suspicion);
            }

            if (!isNew)
            {
                return;
            }
        }

        OnSuspected?.Invoke();
        _ = Task.Run(() => SettleAsync(store, suspicion));
    }

    /// <summary>
    /// Looks at the store now, because another node says that it is away: true when it takes writes. When it does not, that is a suspicion;
    /// while there is one nothing is proved.
    /// </summary>
    public async Task<bool> ProveAsync()
    {
        if (_store is not { } store || _suspicion is not null)
        {
            return false;
        }

        bool takesWrites = await LookAsync(store, suspicion: null).ConfigureAwait(false);
        if (!takesWrites)
        {
            Raise(isSeen: true);
        }

        return takesWrites && _suspicion is null;
    }

    private async Task SettleAsync(IRegistryStore store, StoreSuspicion suspicion)
    {
        try
        {
            while (!await LookAsync(store, suspicion).ConfigureAwait(false))
            {
                Confirm(store, suspicion);
                await Task.Delay(LookInterval, timeProvider, _stopping).ConfigureAwait(false);
            }

            if (suspicion.IsConfirmed)
            {
                LogBack(logger, store.Place ?? "store");
            }

            _settledLast = suspicion;
            _suspicion = null;
            suspicion.Resolve();
            OnSettled?.Invoke();
            await Task.Delay(KeptAfterwards, timeProvider, _stopping).ConfigureAwait(false);
            if (_suspicion is null && _settledLast == suspicion)
            {
                kept.Clear();
            }
        }
        catch (OperationCanceledException)
        {
            suspicion.Resolve(); // the node stops
        }
    }

    private void Confirm(IRegistryStore store, StoreSuspicion suspicion)
    {
        if (suspicion.Confirm())
        {
            LogAway(logger, store.Place ?? "store", store.Trouble ?? "no reason is known");
        }
    }

    private async Task<bool> LookAsync(IRegistryStore store, StoreSuspicion? suspicion)
    {
        try
        {
            return await store.TakesWritesAsync(_stopping).ConfigureAwait(false);
        }
        catch (Exception exception) when (!_stopping.IsCancellationRequested)
        {
            if (suspicion is not { IsConfirmed: true })
            {
                LogLookFailed(logger, exception); // once; it is looked at again and again
            }

            return false;
        }
    }
}
