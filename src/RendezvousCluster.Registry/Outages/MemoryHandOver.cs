using Akka.Actor;
using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Registry.Outages;

/// <summary>
/// Gives the other nodes what owners of this one knew that the store may have lost, when the shards that they lived in leave; and takes
/// what the others give.
/// </summary>
/// <remarks>
/// <para>
/// The memory of an owner that had to end while the store was away is kept for its successor in the same shard (<see cref="KeptStates"/>).
/// When that shard ends, because it is handed over or the node leaves, its successor will be on another node. Which one nobody knows yet,
/// so all get it. It is on its way before the shard has a new home: the coordinator has to tell most nodes first.
/// </para>
/// <para>
/// Owners that were handed over while all was well may have been the last to know something, too: if the store fails a moment later, and a
/// standby that lags takes its place, before their successors have read what they wrote. So their memory is held for a while.
/// </para>
/// <para>
/// Nothing depends on it but what would be lost otherwise. A node of an earlier version refuses the message, one that is lost is not sent
/// again, and one that comes too late is not used: the journal of an owner that has gone on ends with that owner's row.
/// </para>
/// <para>
/// Memory from others is forgotten with the second look at which the store is well, so between ten and twenty seconds after the outage.
/// </para>
/// </remarks>
internal sealed partial class MemoryHandOver : UntypedActor, IWithTimers
{
    /// <summary>The name of the actor, by which the others find it.</summary>
    internal const string Name = "memory-hand-over";

    private readonly StoreHealth _health;
    private readonly Func<IEnumerable<ICanTell>> _others;
    private readonly Action<string> _verify;
    private readonly ILogger _logger;

    // Of shards that have left while nobody suspected the store, in the current interval and in the one before.
    private List<Func<HandedMemory>> _left = [];
    private List<Func<HandedMemory>> _leftBefore = [];

    // Not logged yet: shards leave by the hundred.
    private int _handedOver;
    private int _tooLarge;

    public MemoryHandOver(StoreHealth health, Func<IEnumerable<ICanTell>> others, Action<string> verify, ILogger logger)
    {
        _health = health;
        _others = others;
        _verify = verify;
        _logger = logger;
    }

    /// <summary>
    /// Memory of owners that were handed over while all was well is held for one to two times as long, and sent when the store becomes
    /// suspect: the outage may have begun already, and a standby that takes the place of the store may lag by as much.
    /// </summary>
    internal static readonly TimeSpan HeldFor = TimeSpan.FromSeconds(10);

    /// <summary>A line of the log tells what went in so long.</summary>
    internal static readonly TimeSpan LogInterval = TimeSpan.FromSeconds(1);

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="health">What this node knows of its store.</param>
    /// <param name="others">Those of the other nodes that own namespaces now.</param>
    /// <param name="verify">Wakes an owner, if it lives on this node, so that it writes again what it inherits.</param>
    /// <param name="logger">Where it tells what went.</param>
    internal static Props Props(StoreHealth health, Func<IEnumerable<ICanTell>> others, Action<string> verify, ILogger logger) =>
        Akka.Actor.Props.Create(() => new MemoryHandOver(health, others, verify, logger));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        IActorRef self = Self;
        _health.Kept.OnKept = shard => self.Tell(new KeptIn(shard));
        _health.OnSuspected = () => self.Tell(Suspected.Instance);
    }

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case KeptIn kept:
                Context.Watch(kept.Shard);
                break;
            case Terminated ended:
                Leave(_health.Kept.TakeOf(ended.ActorRef));
                break;
            case Suspected:
                HandOverHeld();
                break;
            case HeldDue:
                (_leftBefore, _left) = (_left, []);
                HoldOn();
                break;
            case HandedMemory memory:
                Take(memory);
                break;
            case Due when _health.Suspicion is null:
                _health.Kept.Handed.ForgetOld();
                Continue();
                break;
            case Due:
                Continue();
                break;
            case LogDue:
                Log();
                break;
        }
    }

    /// <inheritdoc/>
    protected override void PostStop() => Log();

    private void Leave(IReadOnlyList<Func<HandedMemory>> memories)
    {
        _left.AddRange(memories);
        if (_health.Suspicion is null)
        {
            HoldOn();
        }
        else
        {
            HandOverHeld();
        }
    }

    private void HoldOn()
    {
        if (_left.Count + _leftBefore.Count > 0 && !Timers.IsTimerActive(HeldDue.Instance))
        {
            Timers.StartSingleTimer(HeldDue.Instance, HeldDue.Instance, HeldFor);
        }
    }

    private void HandOverHeld()
    {
        HandOver([.. from memory in _leftBefore.Concat(_left) select memory()]);
        (_leftBefore, _left) = ([], []);
    }

    private void HandOver(IReadOnlyList<HandedMemory> memories)
    {
        HandedMemory[] fitting = [.. memories.Where(memory => memory.Snapshot.Length <= HandedMemory.MaxSnapshotBytes)];
        foreach (ICanTell other in _others())
        {
            Array.ForEach(fitting, memory => other.Tell(memory, Self));
        }

        _handedOver += fitting.Length;
        _tooLarge += memories.Count - fitting.Length;
        if (memories.Count > 0 && !Timers.IsTimerActive(LogDue.Instance))
        {
            Timers.StartSingleTimer(LogDue.Instance, LogDue.Instance, LogInterval);
        }
    }

    private void Log()
    {
        if (_handedOver > 0)
        {
            LogHandedOver(_logger, _handedOver);
        }

        if (_tooLarge > 0)
        {
            LogTooLarge(_logger, _tooLarge, HandedMemory.MaxSnapshotBytes);
        }

        (_handedOver, _tooLarge) = (0, 0);
    }

    private void Take(HandedMemory memory)
    {
        if (!_health.Kept.Handed.TryTake(memory))
        {
            return;
        }

        if (_health.Suspicion is null)
        {
            _verify(memory.PersistenceId); // or else at the end of the outage, with all others
        }

        Continue();
    }

    private void Continue()
    {
        if (!_health.Kept.Handed.IsEmpty && !Timers.IsTimerActive(Due.Instance))
        {
            Timers.StartSingleTimer(Due.Instance, Due.Instance, StoreHealth.KeptAfterwards);
        }
    }

    [LoggerMessage(
        2145,
        LogLevel.Warning,
        "Shards leave this node, whose store is or was away: the memory of {Count} of their owners goes to the other nodes, should the "
        + "database have lost what it says")]
    private static partial void LogHandedOver(ILogger logger, int count);

    [LoggerMessage(
        2146,
        LogLevel.Warning,
        "Shards leave this node, whose store is or was away, and the memory of {Count} of their owners takes more than {Bytes} bytes each "
        + "and stays behind; what the database has lost of it, peers have to register again")]
    private static partial void LogTooLarge(ILogger logger, int count, int bytes);

    private sealed record KeptIn(IActorRef Shard) : INoSerializationVerificationNeeded;

    private sealed class Suspected : INoSerializationVerificationNeeded
    {
        internal static readonly Suspected Instance = new();
    }

    private sealed class HeldDue : INoSerializationVerificationNeeded
    {
        internal static readonly HeldDue Instance = new();
    }

    private sealed class LogDue : INoSerializationVerificationNeeded
    {
        internal static readonly LogDue Instance = new();
    }

    private sealed class Due : INoSerializationVerificationNeeded
    {
        internal static readonly Due Instance = new();
    }
}
