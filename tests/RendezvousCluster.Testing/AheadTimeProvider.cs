using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Testing;

/// <summary>A wall clock that is wrong, beside the machine's true steady time and timers.</summary>
public sealed class AheadTimeProvider(TimeSpan ahead) : TimeProvider
{
    /// <summary>The clock of a process that starts on a machine with such a wall clock.</summary>
    public static TimeProvider OfProcess(TimeSpan ahead) => new SteadyTimeProvider(new AheadTimeProvider(ahead));

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + ahead;
}
