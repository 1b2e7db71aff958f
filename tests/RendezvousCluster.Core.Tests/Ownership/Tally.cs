using RendezvousCluster.Core.Ownership;

namespace RendezvousCluster.Core.Tests.Ownership;

/// <summary>Adds points to a name; the reply is the new sum.</summary>
internal sealed record AddPoints(string Name, int Points);

/// <summary>The sum of a name; null when the owner refuses.</summary>
internal sealed record Points(int? Sum);

/// <summary>An event of the journal of a <see cref="Tally"/>: a fence when it has no name.</summary>
internal sealed record PointsAdded(string? Name, int Points, bool Afresh = false);

internal sealed record TallySnapshot(IReadOnlyDictionary<string, int> Sums, long PreviousSnapshot, long DeletedTo) : IJournalSnapshot;

/// <summary>
/// A third state under the owner of a journal, for tests: sums by name. All that a state has to say stands here; fencing, group commit,
/// compaction, outage and clearing come with the owner.
/// </summary>
internal sealed class Tally : IJournaledState<AddPoints, string, Points, PointsAdded, TallySnapshot>
{
    private readonly Dictionary<string, int> _sums = [];

    public IEqualityComparer<AddPoints> Dependence { get; } =
        EqualityComparer<AddPoints>.Create(
            (left, right) => left!.Name == right!.Name, command => command.Name.GetHashCode(StringComparison.Ordinal));

    public bool IsEmpty => _sums.Count == 0;

    public int Count => _sums.Count;

    public bool IsNamed => true;

    public void PassHole() => _sums.Clear();

    public void Restore(TallySnapshot snapshot) => snapshot.Sums.ToList().ForEach(sum => _sums.Add(sum.Key, sum.Value));

    public void Apply(PointsAdded @event)
    {
        if (@event.Afresh)
        {
            _sums.Clear();
        }

        if (@event.Name is { } name && (_sums[name] = _sums.GetValueOrDefault(name) + @event.Points) == 0)
        {
            _sums.Remove(name);
        }
    }

    public bool BeginsAfresh(PointsAdded @event) => @event.Afresh;

    public bool MayBegin(PointsAdded @event) => @event.Afresh;

    public void Recovered(DateTimeOffset now) => Sweep(now);

    public bool Adopt(AddPoints command) => true;

    public bool Holds(string query) => true;

    public Points Read(string query, DateTimeOffset now) => new(_sums.GetValueOrDefault(query));

    public void BeginBatch(DateTimeOffset now) => Sweep(now);

    public (PointsAdded? Event, Points Reply, bool MustBeProved) Decide(AddPoints command, DateTimeOffset now) => (
        command.Points == 0 ? null : new PointsAdded(command.Name, command.Points),
        new Points(_sums.GetValueOrDefault(command.Name) + command.Points),
        false);

    public Points? Refuse(AddPoints command, RefusalReason reason) => reason == RefusalReason.JournalAway ? new Points(null) : null;

    public Points? Refuse(string query, RefusalReason reason) => null;

    public PointsAdded Fence(Guid incarnation, bool afresh) => new(null, 0, afresh);

    // Points do not expire.
    public void Sweep(DateTimeOffset now)
    {
    }

    public TallySnapshot ToSnapshot(SnapshotPlace place) =>
        new(new Dictionary<string, int>(_sums), place.PreviousSnapshot, place.DeletedTo);
}

internal sealed class TallyOwner(IOwnerPort<int, Points, PointsAdded, TallySnapshot> port, Tally tally, CompactionSettings settings)
    : JournalOwner<int, AddPoints, string, Points, PointsAdded, TallySnapshot>(port, tally, permit: null, settings);
