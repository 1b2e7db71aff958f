using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Core.Quotas;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// The owner of one namespace: a <see cref="JournalOwner{TCaller,TCommand,TQuery,TReply,TEvent,TSnapshot}"/> of a
/// <see cref="JournaledNamespace"/>, which writes registrations only while it has a <see cref="ListingLease"/>.
/// </summary>
/// <typeparam name="TCaller">Whom an answer goes to.</typeparam>
internal sealed class NamespaceOwner<TCaller>
    : JournalOwner<TCaller, INamespaceCommand, DiscoverQuery, INamespaceReply, NamespaceEvent, NamespaceSnapshot>
{
    private readonly JournaledNamespace _namespace;
    private readonly ListingLease _lease;

    /// <summary>Makes an owner that is to recover.</summary>
    /// <param name="port">Does what it wants.</param>
    /// <param name="compaction">How the journal is kept short; the numbers of production when null.</param>
    /// <param name="maxRegistrations">How many registrations the namespace may have.</param>
    /// <param name="term">For how long it asks to be listed; the numbers of production when null.</param>
    /// <param name="uncertainUntil">Until when times that other processes wrote are uncertain.</param>
    /// <param name="longestWait">For how long a caller may wait at most; the most that any setting allows when null.</param>
    public NamespaceOwner(
        INamespaceOwnerPort<TCaller> port,
        CompactionSettings? compaction = null,
        int maxRegistrations = RegistrationLimits.DefaultMaxPerNamespace,
        ListingTerm? term = null,
        DateTimeOffset uncertainUntil = default,
        TimeSpan? longestWait = null)
        : this(port, new JournaledNamespace(maxRegistrations, uncertainUntil, longestWait), compaction, term)
    {
    }

    private NamespaceOwner(
        INamespaceOwnerPort<TCaller> port, JournaledNamespace @namespace, CompactionSettings? compaction, ListingTerm? term)
        : this(port, @namespace, new ListingLease(@namespace, port.Announce, term), compaction)
    {
    }

    private NamespaceOwner(
        INamespaceOwnerPort<TCaller> port, JournaledNamespace @namespace, ListingLease lease, CompactionSettings? compaction)
        : base(port, @namespace, lease, compaction)
    {
        _namespace = @namespace;
        _lease = lease;
    }

    /// <summary>What is committed; null while nothing says which namespace this is.</summary>
    public NamespaceState? State => _namespace.State;

    /// <summary>The directory has taken the announcement in.</summary>
    /// <param name="listedUntil">Until when the namespace is listed now.</param>
    /// <param name="now">The time.</param>
    public void Announced(DateTimeOffset listedUntil, DateTimeOffset now)
    {
        _lease.Announced(listedUntil);
        PermitGranted(now);
    }

    /// <summary>The directory has no room for another namespace.</summary>
    public void AnnouncementRefused(DateTimeOffset now)
    {
        _lease.AnnouncementEnded();
        PermitRefused(now);
    }

    /// <summary>The directory did not answer. A write that has to wait for it is given up.</summary>
    public void AnnouncementFailed(DateTimeOffset now)
    {
        _lease.AnnouncementEnded();
        PermitFailed(now);
    }
}
