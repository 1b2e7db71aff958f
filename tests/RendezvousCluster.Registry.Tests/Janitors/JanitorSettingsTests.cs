using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Core.Clocks;
using RendezvousCluster.Registry.Janitors;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Janitors;

/// <summary>By which time the janitor judges, when the wall clock cannot be trusted.</summary>
public sealed class JanitorSettingsTests
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan MaxTtl = TimeSpan.FromHours(72);
    private static readonly TimeSpan Ahead = TimeSpan.FromHours(80);

    private readonly SteppingTimeProvider _wall = new(Start);

    [Fact]
    public void A_process_that_has_just_started_deletes_nothing()
    {
        JanitorSettings settings = Settings();
        Assert.Null(settings.Cutoff);

        _wall.Advance(WallClockHistory.DefaultBelief - TimeSpan.FromTicks(1));
        Assert.Null(settings.Cutoff);

        _wall.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Now - MaxTtl - JanitorSettings.DefaultMargin, settings.Cutoff);
    }

    [Fact]
    public void A_clock_that_is_ahead_after_a_start_and_set_right_deletes_nothing()
    {
        _wall.Step(Ahead);
        JanitorSettings settings = Settings();
        _wall.Advance(TimeSpan.FromMinutes(2));
        Assert.Null(settings.Cutoff);
        _wall.Step(-Ahead);
        _wall.Advance(WallClockHistory.DefaultBelief);

        Assert.Equal(Now - MaxTtl - JanitorSettings.DefaultMargin, settings.Cutoff);
    }

    [Fact]
    public void A_step_ahead_counts_after_an_hour()
    {
        JanitorSettings settings = Settings();
        _wall.Advance(TimeSpan.FromHours(5));
        _wall.Step(Ahead);

        Assert.Equal(Now - Ahead - MaxTtl - JanitorSettings.DefaultMargin, settings.Cutoff);
        _wall.Advance(WallClockHistory.DefaultBelief - TimeSpan.FromTicks(1));
        Assert.Equal(Now - Ahead - MaxTtl - JanitorSettings.DefaultMargin, settings.Cutoff);
        _wall.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(Now - MaxTtl - JanitorSettings.DefaultMargin, settings.Cutoff);
    }

    [Fact]
    public void A_step_back_counts_at_once()
    {
        JanitorSettings settings = Settings();
        _wall.Advance(TimeSpan.FromHours(5));
        _wall.Step(-Ahead);

        Assert.Equal(Now - MaxTtl - JanitorSettings.DefaultMargin, settings.Cutoff);
    }

    private DateTimeOffset Now => _wall.GetUtcNow();

    private JanitorSettings Settings() =>
        new(new RegistryClock(new SteadyTimeProvider(_wall)), MaxTtl, new NoInventory(), NullLogger.Instance);

    private sealed class NoInventory : IJournalInventory
    {
        Task<(IReadOnlyList<IdleJournal> Idle, string? Next)> IJournalInventory.FindIdleAsync(
            string after, DateTimeOffset cutoff, int limit, CancellationToken cancellationToken) => throw new NotSupportedException();

        Task<bool> IJournalInventory.DropMarkAsync(string persistenceId, DateTimeOffset cutoff, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        Task<DateTimeOffset?> IJournalInventory.FindNewestAsync(CancellationToken cancellationToken) =>
            throw new NotSupportedException("The janitor does not ask that.");

        Task<bool> IJournalInventory.HasSnapshotAsync(string persistenceId, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        Task IJournalInventory.ForgetAsync(string persistenceId, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
