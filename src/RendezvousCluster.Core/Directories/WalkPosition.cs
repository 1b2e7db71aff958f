using RendezvousCluster.Core.Clocks;

namespace RendezvousCluster.Core.Directories;

/// <summary>
/// Where a walk over the registrations of all namespaces stands; what the cookie of a DISCOVER without a namespace carries.
/// </summary>
/// <remarks>
/// <para>
/// Namespaces have clocks of their own, so there is no one order over all registrations in which a reader could go on from "the last
/// seen". A walk goes through the namespaces in the order of their keys instead, and reads each from <see cref="Since"/> on. When it has
/// come to the end, the next walk reads what is newer than the beginning of this one, less <see cref="Overlap"/>: that covers a
/// registration that was decided before its namespace was read and committed after it, and the difference between the clocks of two
/// machines.
/// </para>
/// <para>
/// So each registration that outlives a walk is returned at least once by it or by the walks before; what is younger than the overlap may
/// be returned twice.
/// </para>
/// </remarks>
/// <param name="Since">Only registrations with a higher revision; 0 for all.</param>
/// <param name="StartedAt">The revision that belongs to the time when this walk began; 0 before it has.</param>
/// <param name="Key">The namespace to go on with; those before it are done.</param>
/// <param name="AfterRevision">What is read already of the namespace with exactly this key.</param>
public readonly record struct WalkPosition(ulong Since, ulong StartedAt, NamespaceKey Key, ulong AfterRevision)
{
    /// <summary>How far the next walk reaches back behind the beginning of this one.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromMinutes(1);

    private static readonly ulong OverlapRevisions = (ulong)Overlap.TotalMilliseconds << Revision.CounterBits;

    /// <summary>The beginning of a first walk, over everything.</summary>
    public static WalkPosition Start => default;

    /// <summary>Whether the walk has not begun: nothing of it was read.</summary>
    public bool IsAtStart => StartedAt == 0;

    /// <summary>Whether no clock of the cluster can have come this far: the position was not given out by it.</summary>
    public bool IsFromTheFuture(DateTimeOffset now) => Math.Max(Since, StartedAt) > Revision.At(now + Overlap);

    /// <summary>Begins the walk, if that is not done.</summary>
    public WalkPosition Begin(DateTimeOffset now) => IsAtStart ? this with { StartedAt = Revision.At(now) } : this;

    /// <summary>The position behind a registration that was read.</summary>
    public WalkPosition After(DiscoveredRegistration registration) =>
        this with { Key = NamespaceKey.Of(registration.Namespace), AfterRevision = registration.Revision };

    /// <summary>The position at a namespace of which nothing was read.</summary>
    public WalkPosition At(NamespaceKey key) => this with { Key = key, AfterRevision = 0 };

    /// <summary>The position behind a namespace: of the same walk, or of the next one if that was the last.</summary>
    public WalkPosition Behind(NamespaceKey key) => key.Next() is { } next ? At(next) : Finish();

    /// <summary>The beginning of the walk after this one.</summary>
    public WalkPosition Finish() => new(Math.Max(Since, StartedAt - Math.Min(StartedAt, OverlapRevisions)), 0, NamespaceKey.First, 0);

    /// <summary>
    /// A namespace could not be read and is left out. So that nothing of it is lost to the caller, the walk after this one does not begin
    /// later than this one did.
    /// </summary>
    public WalkPosition WithGap() => this with { StartedAt = Math.Min(StartedAt, Math.Max(1, Since)) };
}
