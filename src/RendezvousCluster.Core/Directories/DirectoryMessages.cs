using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Directories;

/// <summary>A namespace tells the directory about itself, before its first registration and now and then.</summary>
/// <param name="Namespace">Who it is.</param>
/// <param name="ListedUntil">Until when it may have registrations; on disk before it is confirmed.</param>
/// <param name="ActiveUntil">Until when it may take new ones without saying so again; kept in memory.</param>
internal sealed record NamespaceAnnouncement(RendezvousNamespace Namespace, DateTimeOffset ListedUntil, DateTimeOffset ActiveUntil);

/// <summary>The answer to a <see cref="NamespaceAnnouncement"/>.</summary>
/// <param name="Status">OK, or why the namespace cannot be listed.</param>
/// <param name="ListedUntil">Until when it is listed; not before what was asked for, when OK.</param>
internal sealed record AnnouncementReply(RendezvousStatus Status, DateTimeOffset ListedUntil) : IDirectoryReply;

/// <summary>Asks a part of the directory which namespaces it lists.</summary>
/// <param name="From">The first key to look at; says which part is meant.</param>
/// <param name="ActiveSince">Namespaces that surely had no REGISTER from then on may be left out.</param>
/// <param name="Limit">How many at most.</param>
internal sealed record ListingQuery(NamespaceKey From, DateTimeOffset ActiveSince, int Limit);
