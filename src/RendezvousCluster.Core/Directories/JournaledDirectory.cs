using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Directories;

/// <summary>A part of the directory, a <see cref="DirectoryState"/>, as the state of a journal.</summary>
/// <remarks>
/// <para><b>Each event stands alone.</b>
/// It says until when a namespace is listed, and a later one never shortens that. So events can be applied in any order, and a hole in the
/// journal takes nothing from the events behind it. Listings in the hole are lost, and the part serves what is left all the same: a
/// namespace with a registration that is refreshed is listed again within <see cref="DirectoryState.ActivitySpan"/> of the refresh, while
/// a part that refused to recover would stop every REGISTER of a new namespace in it.
/// </para>
/// <para><b>Activity is not written down.</b>
/// It is taken from an announcement when that is decided: of a namespace that is listed at once, of a new one with its event. At recovery
/// nobody's activity is known, and <see cref="DirectoryState.Recovered"/> says what follows.
/// </para>
/// </remarks>
/// <param name="part">Which part.</param>
/// <param name="maxNamespaces">How many namespaces it lists.</param>
internal sealed class JournaledDirectory(int part, int maxNamespaces)
    : IJournaledState<NamespaceAnnouncement, ListingQuery, IDirectoryReply, DirectoryEvent, DirectorySnapshot>
{
    private static readonly IEqualityComparer<NamespaceAnnouncement> SameNamespace = EqualityComparer<NamespaceAnnouncement>.Create(
        (left, right) => left!.Namespace.Equals(right!.Namespace), announcement => announcement.Namespace.GetHashCode());

    // New namespaces that were decided in this batch and are not applied yet, and until when they are active.
    private readonly Dictionary<RendezvousNamespace, DateTimeOffset> _new = [];

    /// <summary>What is committed.</summary>
    public DirectoryState State { get; } = new(maxNamespaces);

    /// <inheritdoc/>
    public IEqualityComparer<NamespaceAnnouncement> Dependence => SameNamespace;

    /// <inheritdoc/>
    public bool IsEmpty => State.Count == 0;

    /// <inheritdoc/>
    public bool IsNamed => true;

    /// <inheritdoc/>
    public int Count => State.Count;

    /// <summary>What follows is right all by itself.</summary>
    public void PassHole()
    {
    }

    /// <inheritdoc/>
    public void Restore(DirectorySnapshot snapshot) => snapshot.Entries.ForEach(Apply);

    /// <inheritdoc/>
    public void Apply(DirectoryEvent @event)
    {
        if (@event is NamespaceListed listed)
        {
            State.Apply(listed, _new.GetValueOrDefault(listed.Namespace, DateTimeOffset.MinValue));
        }
    }

    /// <summary>No event needs to say so: none depends on what came before it.</summary>
    public bool BeginsAfresh(DirectoryEvent @event) => false;

    /// <summary>The fence of an owner: the journal of a part that listed nothing is cleared away before the next one begins it.</summary>
    public bool MayBegin(DirectoryEvent @event) => @event is DirectoryOpened;

    /// <inheritdoc/>
    public void Recovered(DateTimeOffset now) => State.Recovered(now);

    /// <summary>Every announcement is: its key has chosen the part.</summary>
    public bool Adopt(NamespaceAnnouncement command) => true;

    /// <summary>Every query is: its first key has chosen the part.</summary>
    public bool Holds(ListingQuery query) => true;

    /// <inheritdoc/>
    public IDirectoryReply Read(ListingQuery query, DateTimeOffset now)
    {
        NamespaceListing listing = State.List(query, now);
        return listing.Continue is null ? listing with { Continue = DirectoryParts.FirstAfter(part) } : listing;
    }

    /// <inheritdoc/>
    public void BeginBatch(DateTimeOffset now)
    {
        State.SweepIfFull(now);
        _new.Clear();
    }

    /// <summary>No answer has to be proved: a listing that is committed is never taken back.</summary>
    public (DirectoryEvent? Event, IDirectoryReply Reply, bool MustBeProved) Decide(NamespaceAnnouncement command, DateTimeOffset now)
    {
        (NamespaceListed? @event, RendezvousStatus status) = State.Decide(command, growth: _new.Count);
        if (@event is null)
        {
            return (null, new AnnouncementReply(status, State.ListedUntil(command.Namespace) ?? DateTimeOffset.UnixEpoch), false);
        }

        if (State.ListedUntil(command.Namespace) is null)
        {
            _new[command.Namespace] = command.ActiveUntil;
        }

        return (@event, new AnnouncementReply(status, DateTimeOffset.FromUnixTimeMilliseconds(@event.UntilUnixMilliseconds)), false);
    }

    /// <summary>An announcement may be made again, so its caller is to do that.</summary>
    public IDirectoryReply? Refuse(NamespaceAnnouncement command, RefusalReason reason) => null;

    /// <inheritdoc/>
    public IDirectoryReply? Refuse(ListingQuery query, RefusalReason reason) => null;

    /// <inheritdoc/>
    public DirectoryEvent Fence(Guid incarnation, bool afresh) => new DirectoryOpened(incarnation);

    /// <inheritdoc/>
    public void Sweep(DateTimeOffset now) => State.Sweep(now);

    /// <inheritdoc/>
    public DirectorySnapshot ToSnapshot(SnapshotPlace place) => new([.. State.Entries], place.PreviousSnapshot, place.DeletedTo);
}
