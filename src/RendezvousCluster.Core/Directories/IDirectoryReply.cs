namespace RendezvousCluster.Core.Directories;

/// <summary>
/// What the owner of a part of the directory answers: an <see cref="AnnouncementReply"/> or a <see cref="NamespaceListing"/>.
/// </summary>
internal interface IDirectoryReply;
