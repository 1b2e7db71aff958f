using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Server.Settings.Table;

/// <summary>How the journal is kept short. A number without a unit was always taken here, for days.</summary>
internal static class UpkeepSettings
{
    public static readonly Setting[] Rows =
    [
        Setting.Of(
            options => options.Upkeep.SnapshotEvents, Kinds.Count(UpkeepOptions.LeastSnapshotEvents, UpkeepOptions.MostSnapshotEvents),
            "A snapshot is taken after as many events as there are registrations, and not after fewer than this.") with
        {
            Agreement = Agreement.Advised,
        },
        Setting.Of(
            options => options.Upkeep.FenceAge, Time(2 * UpkeepOptions.LeastTrustAge),
            "Events are kept for at least this long; nodes may stand still for as long as this is above TrustAge.") with
        {
            Agreement = Agreement.Required,
        },
        Setting.Of(
            options => options.Upkeep.TrustAge, Time(UpkeepOptions.LeastTrustAge),
            "An owner that has not written for this long reads its namespace back before it writes; at most half of FenceAge.") with
        {
            Agreement = Agreement.Required,
        },
        Setting.Of(
            options => options.Upkeep.JanitorInterval, Time(UpkeepOptions.LeastInterval),
            "The pause between two looks for namespaces in which nothing counts any more.") with
        {
            Agreement = Agreement.Advised,
        },
        Setting.Of(
            options => options.Upkeep.JanitorMargin, Time(UpkeepOptions.LeastInterval),
            "Registrations written so much longer ago than MaxTtlSeconds count for nothing; at least FenceAge, and more than "
            + "clocks differ.") with
        {
            Agreement = Agreement.Required,
        },
        Setting.Of(
            options => options.Upkeep.ClockBelief, Time(UpkeepOptions.LeastInterval),
            "For how long a node watches its wall clock before it deletes anything by it, and counts with both times after a step.") with
        {
            Agreement = Agreement.Advised,
        },
    ];

    private static TimeType Time(TimeSpan least) => new(least, UpkeepOptions.Most, plainUnit: TimeSpan.FromDays(1));
}
