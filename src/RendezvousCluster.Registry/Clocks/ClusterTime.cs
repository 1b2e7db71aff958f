using Akka.Actor;
using Microsoft.Extensions.Logging;
using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Registry.Clocks;

/// <summary>
/// Sees to it that all nodes of a cluster go by one time: that of its oldest member, which a node takes over when it joins.
/// </summary>
/// <remarks>
/// <para><b>Why.</b> Deadlines and revisions travel between nodes as times. Steady clocks begin with the wall clocks of the starts of their
/// processes, which may have been hours apart, and no setting of a clock brings them together again.
/// </para>
/// <para><b>How.</b> A node asks the others for their time and measures how long the answer takes: the other clock said it somewhere in
/// between. The oldest never follows, so the time of a cluster goes on as long as one member lives. A difference that is certain and at
/// least <see cref="LeastDifference"/> moves this clock (<see cref="RegistryClock.Follow"/>). A joining node learns it long before it is
/// up, so it owns nothing then, as a rule. Later a clock is moved because its machine stood still, and owners read their journals anew; or
/// by a little, because two crystals have drifted apart, which owners do not notice (<see cref="TimeScale.IsApartFrom"/>).
/// </para>
/// <para><b>How exactly.</b> Two commands of a peer that come through two nodes stand in order by what these nodes' clocks say: the second
/// one has to come again if its node is behind by more than the peer took. So a node asks on until one answer came quickly
/// (<see cref="QuickRoundTrip"/>), or many did not.
/// </para>
/// <para><b>What the others say of their wall clocks</b> is remembered too (<see cref="RegistryClock.Hear"/>): any of them may be the one
/// that is right, so what is stored is judged by the earliest.
/// </para>
/// <para><b>Versions.</b> Members say in a role that they know these messages; others are never asked. A node that finds nobody to ask goes
/// by its own clock.
/// </para>
/// </remarks>
internal sealed partial class ClusterTime : UntypedActor, IWithTimers
{
    /// <summary>The name of the actor, by which the others find it.</summary>
    internal const string Name = "cluster-time";

    /// <summary>The role of nodes that answer.</summary>
    internal const string Role = "tells-time";

    /// <summary>How often a node looks for somebody to ask, until it knows the oldest member's time well.</summary>
    internal static readonly TimeSpan LookInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How often it looks from then on whether another member has become the oldest.</summary>
    internal static readonly TimeSpan RestInterval = TimeSpan.FromSeconds(1);

    /// <summary>How often it asks from then on: machines rarely stand still, and crystals drift by seconds in a day.</summary>
    internal static readonly TimeSpan AskInterval = TimeSpan.FromSeconds(30);

    /// <summary>A smaller difference is left alone: a peer takes longer to go from one node to another.</summary>
    internal static readonly TimeSpan LeastDifference = TimeSpan.FromMilliseconds(20);

    /// <summary>An answer that takes longer says too little.</summary>
    internal static readonly TimeSpan LongestRoundTrip = TimeSpan.FromMilliseconds(500);

    /// <summary>After an answer that came so quickly the time is known as well as it matters.</summary>
    internal static readonly TimeSpan QuickRoundTrip = 2 * LeastDifference;

    /// <summary>After so many answers a node waits for no quick one any more: the way is long, or the machine has much to do.</summary>
    internal const int MostAnswers = 20;

    /// <summary>Wall clocks that differ by so much are worth a line in the log.</summary>
    internal static readonly TimeSpan LeastWallDifference = TimeSpan.FromMinutes(1);

    private readonly RegistryClock _clock;
    private readonly Func<IReadOnlyList<Timekeeper>> _members;
    private readonly ILogger _logger;
    private readonly Dictionary<long, (Timekeeper Of, bool IsOldest, long At)> _asked = [];
    private readonly ClocksApart _apart;
    private long _number;
    private long? _askedAt;
    private Address? _follows;
    private int _answers;
    private Address? _settledWith;

    public ClusterTime(RegistryClock clock, Func<IReadOnlyList<Timekeeper>> members, ClocksApart apart, ILogger logger)
    {
        _apart = apart;
        _clock = clock;
        _members = members;
        _logger = logger;
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="clock">The clocks of this node.</param>
    /// <param name="members">The members that know the time now, the oldest first, with this one.</param>
    /// <param name="apart">Where it says which wall clocks differ.</param>
    /// <param name="logger">Where it tells of differences.</param>
    internal static Props Props(RegistryClock clock, Func<IReadOnlyList<Timekeeper>> members, ClocksApart apart, ILogger logger) =>
        Akka.Actor.Props.Create(() => new ClusterTime(clock, members, apart, logger));

    /// <inheritdoc/>
    protected override void PreStart() => Timers.StartSingleTimer(Due.Instance, Due.Instance, LookInterval);

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case Due:
                IReadOnlyList<Timekeeper> members = _members();
                bool isSettled = IsSettled(members);
                Look(members, isSettled);
                Timers.StartSingleTimer(Due.Instance, Due.Instance, isSettled ? RestInterval : LookInterval);
                break;
            case TimeQuery query:
                ClockReading reading = _clock.LookAtOwn();
                Sender.Tell(new TimeReply(query.Number, reading.Now, reading.Run, reading.Lowest, reading.Highest));
                break;
            case TimeReply reply when _asked.Remove(reply.Number, out (Timekeeper Of, bool IsOldest, long At) asked):
                DateTimeOffset now = _clock.Time.GetUtcNow(); // before the round trip is measured, which then is not too short for it
                Heard(reply, asked.Of, asked.IsOldest, now, _clock.Time.GetElapsedTime(asked.At));
                break;
        }
    }

    private bool IsSettled(IReadOnlyList<Timekeeper> members)
    {
        if (members is [{ IsSelf: true } self, ..])
        {
            _settledWith = self.Node;
        }

        return members is [{ } oldest, ..] && oldest.Node.Equals(_settledWith);
    }

    private void Look(IReadOnlyList<Timekeeper> members, bool isSettled)
    {
        if (isSettled && _askedAt is { } at && _clock.Time.GetElapsedTime(at) < AskInterval)
        {
            return;
        }

        _askedAt = _clock.Time.GetTimestamp();
        _apart.KeepOnly(members.Select(member => member.Node));
        foreach (long late in _asked.Where(one => _clock.Time.GetElapsedTime(one.Value.At) > LongestRoundTrip).Select(one => one.Key))
        {
            _asked.Remove(late);
        }

        for (int i = 0; i < members.Count; i++)
        {
            if (!members[i].IsSelf)
            {
                _asked.Add(++_number, (members[i], i == 0, _clock.Time.GetTimestamp()));
                members[i].Clock.Tell(new TimeQuery(_number), Self);
            }
        }
    }

    private void Heard(TimeReply reply, Timekeeper from, bool isOldest, DateTimeOffset now, TimeSpan roundTrip)
    {
        if (roundTrip > LongestRoundTrip)
        {
            return;
        }

        var difference = ClockDifference.Measure(reply.Now, now, roundTrip);
        (TimeSpan lowest, TimeSpan highest) = (difference.Ahead + reply.Lowest, difference.Ahead + reply.Highest);
        _clock.Hear(lowest, highest);
        CompareWalls(from.Node, _clock.Wall.GetUtcNow() - now, lowest, highest);
        if (isOldest)
        {
            Follow(reply.Run, difference, from.Node);
            Settle(from.Node, roundTrip);
        }
    }

    private void Follow(Guid run, ClockDifference difference, Address node)
    {
        _clock.Follow(run, difference.IsAtLeast(LeastDifference) ? difference.Ahead : TimeSpan.Zero);
        if (difference.IsAtLeast(TimeScale.LeastDifference))
        {
            LogFollowed(_logger, difference.Ahead.Duration(), difference.Ahead < TimeSpan.Zero ? "ahead of" : "behind", node);
        }
    }

    private void Settle(Address node, TimeSpan roundTrip)
    {
        _answers = node.Equals(_follows) ? _answers + 1 : 1;
        _follows = node;
        if (roundTrip <= QuickRoundTrip || _answers >= MostAnswers)
        {
            _settledWith = node;
        }
    }

    // One line for each node, until the clocks agree.
    private void CompareWalls(Address other, TimeSpan own, TimeSpan lowest, TimeSpan highest)
    {
        TimeSpan apart = own < lowest ? lowest - own : own > highest ? highest - own : TimeSpan.Zero;
        string direction = apart < TimeSpan.Zero ? "behind" : "ahead of";
        if (apart.Duration() < LeastWallDifference)
        {
            _apart.Remove(other);
        }
        else if (_apart.Add(other, apart.Duration(), direction))
        {
            LogApart(_logger, other, apart.Duration(), direction);
        }
    }

    [LoggerMessage(
        2096, LogLevel.Warning,
        "This node's clock is {Size} {Direction} that of its cluster, which {Node} knows; from now on it goes by the cluster's. See that "
        + "the wall clocks of all nodes are right, and that a time service keeps them so")]
    private static partial void LogFollowed(ILogger logger, TimeSpan size, string direction, Address node);

    [LoggerMessage(
        2097, LogLevel.Warning,
        "The wall clock of {Node} is {Size} {Direction} this node's. Registrations keep their times to live. See that the wall clocks of "
        + "all nodes are right, and that a time service keeps them so")]
    private static partial void LogApart(ILogger logger, Address node, TimeSpan size, string direction);

    private sealed class Due : INoSerializationVerificationNeeded
    {
        internal static readonly Due Instance = new();
    }
}
