using Akka.Actor;

namespace RendezvousCluster.Registry.Entities;

/// <summary>
/// One timer for all that an entity stores, on the clock that expiry is measured by. It is set to the next expiry, but not sooner than
/// <see cref="JournalEntitySettings.MinSweepInterval"/>, and left alone while it runs: what expires earlier is freed a little later.
/// </summary>
internal sealed class SweepTimer : IDisposable
{
    private readonly TimeProvider _time;
    private readonly ITimer _timer;
    private bool _running;

    public SweepTimer(TimeProvider time, IActorRef entity)
    {
        _time = time;
        _timer = time.CreateTimer(_ => entity.Tell(Due.Instance), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Sets the timer for what is stored now, if it does not run.</summary>
    /// <param name="at">When something expires; null when nothing is stored.</param>
    public void Set(DateTimeOffset? at)
    {
        if (_running || at is not { } expiry)
        {
            return;
        }

        TimeSpan wait = expiry - _time.GetUtcNow();
        wait = wait < JournalEntitySettings.MinSweepInterval ? JournalEntitySettings.MinSweepInterval : wait;
        wait = wait > JournalEntitySettings.MaxSweepInterval ? JournalEntitySettings.MaxSweepInterval : wait;
        _running = _timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    /// <summary>To be called when <see cref="Due"/> has arrived, before <see cref="Set"/>.</summary>
    public void Elapsed() => _running = false;

    public void Dispose() => _timer.Dispose();

    /// <summary>It is time to sweep. An entity that only sweeps is idle.</summary>
    internal sealed class Due : INotInfluenceReceiveTimeout, INoSerializationVerificationNeeded
    {
        internal static readonly Due Instance = new();

        private Due()
        {
        }
    }
}
