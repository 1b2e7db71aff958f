using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Core.Namespaces;

namespace RendezvousCluster.Simulation.Flaws;

/// <summary>The times on disk as something else translates them; changed by what derives from this.</summary>
internal abstract class ChangedTimes(NamespaceTimes times) : IJournalTimes<NamespaceEvent, NamespaceSnapshot>
{
    /// <inheritdoc/>
    public bool AnyEstimated => times.AnyEstimated;

    /// <inheritdoc/>
    public virtual NamespaceEvent ToJournal(NamespaceEvent @event, in ClockReading clock) => times.ToJournal(@event, clock);

    /// <inheritdoc/>
    public virtual NamespaceSnapshot ToJournal(NamespaceSnapshot snapshot, in ClockReading clock) => times.ToJournal(snapshot, clock);

    /// <inheritdoc/>
    public void PassHole() => times.PassHole();

    /// <inheritdoc/>
    public NamespaceEvent FromJournal(NamespaceEvent @event, in ClockReading clock) => times.FromJournal(@event, clock);

    /// <inheritdoc/>
    public NamespaceSnapshot FromJournal(NamespaceSnapshot snapshot, in ClockReading clock) => times.FromJournal(snapshot, clock);
}

/// <summary>Nothing says which process wrote what.</summary>
internal sealed class RunlessTimes(NamespaceTimes times) : ChangedTimes(times)
{
    /// <inheritdoc/>
    public override NamespaceEvent ToJournal(NamespaceEvent @event, in ClockReading clock) => base.ToJournal(@event, clock) switch
    {
        Opened opened => opened with { Run = Guid.Empty },
        var other => other,
    };

    /// <inheritdoc/>
    public override NamespaceSnapshot ToJournal(NamespaceSnapshot snapshot, in ClockReading clock) =>
        base.ToJournal(snapshot, clock) with { Run = Guid.Empty };
}

/// <summary>The wall clock's time is written in the place of the steady clock's.</summary>
internal sealed class OffsetlessTimes(NamespaceTimes times) : ChangedTimes(times)
{
    /// <inheritdoc/>
    public override NamespaceEvent ToJournal(NamespaceEvent @event, in ClockReading clock) => base.ToJournal(@event, clock) switch
    {
        Registered { Registration: var stored } registered => registered with
        {
            ClockOffsetMilliseconds = 0,
            Registration = stored.Refresh(
                stored.Revision,
                stored.ExpiresAtUnixMilliseconds + registered.ClockOffsetMilliseconds,
                stored.DeadlineUnixMilliseconds + registered.ClockOffsetMilliseconds,
                stored.TtlSeconds),
        },
        Refreshed refreshed => refreshed with
        {
            ClockOffsetMilliseconds = 0,
            RegisteredAtUnixMilliseconds = refreshed.RegisteredAtUnixMilliseconds + refreshed.ClockOffsetMilliseconds,
        },
        var other => other,
    };
}
