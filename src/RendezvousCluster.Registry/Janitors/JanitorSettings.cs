using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Registry.Janitors;

/// <summary>What the janitor is given.</summary>
/// <param name="Clock">The clocks.</param>
/// <param name="MaxTtl">The longest time to live that is granted.</param>
/// <param name="Inventory">The tables.</param>
/// <param name="Logger">Where it tells of what it did.</param>
internal sealed record JanitorSettings(RegistryClock Clock, TimeSpan MaxTtl, IJournalInventory Inventory, ILogger Logger)
{
    /// <summary>
    /// Events that are older than a registration can live by this much count for nothing, regardless of the clocks of the nodes.
    /// </summary>
    internal static readonly TimeSpan DefaultMargin = TimeSpan.FromHours(1);

    /// <summary>The pause between two passes through all journals.</summary>
    internal static readonly TimeSpan DefaultPassInterval = TimeSpan.FromHours(1);

    /// <summary>Journals looked at in one go: each may be read back into memory, and a node recovers twenty at a time.</summary>
    internal const int MaxJournalsPerBatch = 100;

    /// <summary>The pause between two batches of a pass: so peers who register hardly notice.</summary>
    internal TimeSpan BatchInterval => PassInterval / 60;

    /// <summary>As <see cref="DefaultMargin"/>, if nothing else is said.</summary>
    internal TimeSpan Margin { get; init; } = DefaultMargin;

    /// <summary>As <see cref="DefaultPassInterval"/>, if nothing else is said.</summary>
    internal TimeSpan PassInterval { get; init; } = DefaultPassInterval;

    /// <summary>
    /// A row that was written before this time is old, by all that the wall clock meant within
    /// <see cref="WallClockHistory.DefaultBelief"/>; null when this process has not yet watched the clock for so long, and nothing is to be
    /// deleted.
    /// </summary>
    internal DateTimeOffset? Cutoff =>
        Clock.Look() is { IsBelieved: true } reading ? reading.EarliestWall - MaxTtl - Margin : null;
}
