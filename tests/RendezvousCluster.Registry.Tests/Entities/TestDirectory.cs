using RendezvousCluster.Core.Directories;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>A directory that lists every namespace at once, for tests of one entity alone.</summary>
internal static class TestDirectory
{
    public static Task<AnnouncementReply?> ListAsync(NamespaceAnnouncement announcement) =>
        Task.FromResult<AnnouncementReply?>(new AnnouncementReply(RendezvousStatus.Ok, announcement.ListedUntil));
}
