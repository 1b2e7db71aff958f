using System.Diagnostics.CodeAnalysis;
using Akka.Actor;
using RendezvousCluster.Registry.Sharding;

namespace RendezvousCluster.Registry.Janitors;

/// <summary>
/// Sees to it that namespaces which nobody asks about any more leave nothing behind. One in the cluster.
/// </summary>
/// <remarks>
/// <para>
/// A namespace that is asleep costs disk only, and nothing remembers it. Once an hour the janitor goes through the journals in the order of
/// their ids. One whose newest event is older than any registration lives holds nothing that counts, regardless of its writer and of
/// crashes: the janitor wakes its entity and says so, and the entity deletes its own rows. Only the owner can do that safely: it proves by
/// a write that it is the owner before it deletes.
/// </para>
/// <para>
/// How old a row is follows from a wall clock, and a wall clock may be wrong. So nothing is old by one look: in the first hour of a process
/// the janitor deletes nothing, and later it goes by the earliest time that the clock meant within the last hour. It logs what it deletes.
/// </para>
/// <para>
/// The mark of the highest sequence number is left, which the persistence plugin keeps when it deletes. The janitor removes it when it has
/// become old itself: by then no owner is left that could have counted on it.
/// </para>
/// <para>
/// Nothing depends on when this happens, or on whether a round fails: the next one finds the same rows. Batches are small and apart, as
/// waking a namespace costs its recovery.
/// </para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "An actor ends in PostStop, which disposes of what it holds.")]
internal sealed partial class Janitor : UntypedActor
{
    private readonly JanitorSettings _settings;
    private readonly Func<string, IActorRef?> _regionOf;
    private readonly ITimer _timer;
    private readonly CancellationTokenSource _stopping = new();
    private string _after = string.Empty;
    private int _woken;
    private int _dropped;

    public Janitor(JanitorSettings settings, Func<string, IActorRef?> regionOf)
    {
        _settings = settings;
        _regionOf = regionOf;
        IActorRef self = Self;
        _timer = settings.Clock.Time.CreateTimer(_ => self.Tell(Due.Instance), null, settings.BatchInterval, Timeout.InfiniteTimeSpan);
    }

    /// <param name="settings">What it works with.</param>
    /// <param name="regionOf">The shard region of a persistence id; null when there is none (yet).</param>
    internal static Props Props(JanitorSettings settings, Func<string, IActorRef?> regionOf) =>
        Akka.Actor.Props.Create(() => new Janitor(settings, regionOf));

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Due when _settings.Cutoff is { } cutoff:
                LookAsync(_after, cutoff).PipeTo(Self, failure: exception => new Failed(exception));
                break;
            case Due:
                Pause(_settings.BatchInterval);
                break;
            case Batch batch:
                OnBatch(batch);
                break;
            case Failed failed:
                LogFailed(_settings.Logger, failed.Cause);
                Pause(_settings.BatchInterval);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        _timer.Dispose();
        _stopping.Cancel();
        _stopping.Dispose();
        base.PostStop();
    }

    private void OnBatch(Batch batch)
    {
        foreach (string persistenceId in batch.ToWake)
        {
            _regionOf(persistenceId)?.Tell(new Reclaim(persistenceId), ActorRefs.NoSender);
        }

        _woken += batch.ToWake.Count;
        _dropped += batch.Dropped;
        if (batch.ToWake.Count + batch.Dropped > 0)
        {
            LogOld(batch);
        }

        _after = batch.Next ?? string.Empty;
        if (batch.Next is null)
        {
            LogPass(_settings.Logger, _woken, _dropped);
            _woken = _dropped = 0;
        }

        Pause(batch.Next is null ? _settings.PassInterval : _settings.BatchInterval);
    }

    private void Pause(TimeSpan interval) => _timer.Change(interval, Timeout.InfiniteTimeSpan);

    private async Task<Batch> LookAsync(string after, DateTimeOffset cutoff)
    {
        (IReadOnlyList<IdleJournal> idle, string? next) = await _settings.Inventory
            .FindIdleAsync(after, cutoff, JanitorSettings.MaxJournalsPerBatch, _stopping.Token).ConfigureAwait(false);
        var toWake = new List<string>();
        int dropped = 0;
        foreach (IdleJournal journal in idle)
        {
            if (journal.PersistenceId.StartsWith(EntityIds.WarmUpPrefix, StringComparison.Ordinal))
            {
                await _settings.Inventory.ForgetAsync(journal.PersistenceId, _stopping.Token).ConfigureAwait(false);
                dropped++;
            }
            else if (!journal.HasEvents
                && await _settings.Inventory.DropMarkAsync(journal.PersistenceId, cutoff, _stopping.Token).ConfigureAwait(false))
            {
                dropped++;
            }
            else
            {
                toWake.Add(journal.PersistenceId);
            }
        }

        return new Batch(toWake, dropped, cutoff, next);
    }

    private sealed record Batch(IReadOnlyList<string> ToWake, int Dropped, DateTimeOffset Cutoff, string? Next)
        : INoSerializationVerificationNeeded;

    private sealed record Failed(Exception Cause) : INoSerializationVerificationNeeded;

    private sealed class Due : INoSerializationVerificationNeeded
    {
        internal static readonly Due Instance = new();
    }
}
