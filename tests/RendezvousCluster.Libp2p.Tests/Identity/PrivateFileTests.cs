using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Tests.Identity;

public sealed class PrivateFileTests
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    [Theory]
    [InlineData(Owner, false)]
    [InlineData(UnixFileMode.UserRead, false)]
    [InlineData(Owner | UnixFileMode.GroupRead, true)]
    [InlineData(Owner | UnixFileMode.GroupWrite, true)]
    [InlineData(Owner | UnixFileMode.OtherRead, true)]
    [InlineData(Owner | UnixFileMode.OtherWrite, true)]
    public void A_file_is_open_when_another_user_may_read_or_write_it(UnixFileMode mode, bool isOpen)
    {
        Assert.Equal(isOpen, PrivateFile.IsOpenToOthers(mode, "/etc/rendezvous/node.key", credentials: null));
        Assert.Equal(isOpen, PrivateFile.IsOpenToOthers(mode, "/etc/rendezvous/node.key", "/run/credentials/rendezvous.service"));
    }

    [Theory]
    [InlineData("/run/credentials/rendezvous.service/node.key", UnixFileMode.UserRead | UnixFileMode.GroupRead, false)]
    [InlineData("/run/credentials/rendezvous.service/node.key", UnixFileMode.UserRead | UnixFileMode.GroupWrite, true)]
    [InlineData("/run/credentials/rendezvous.service/node.key", UnixFileMode.UserRead | UnixFileMode.OtherRead, true)]
    [InlineData("/run/credentials/rendezvous.service/../node.key", UnixFileMode.UserRead | UnixFileMode.GroupRead, true)]
    [InlineData("/run/credentials/rendezvous.service.d/node.key", UnixFileMode.UserRead | UnixFileMode.GroupRead, true)]
    public void The_access_list_of_a_credential_shows_as_a_right_of_its_group(string path, UnixFileMode mode, bool isOpen)
    {
        Assert.Equal(isOpen, PrivateFile.IsOpenToOthers(mode, path, "/run/credentials/rendezvous.service"));
        Assert.Equal(isOpen, PrivateFile.IsOpenToOthers(mode, path, "/run/credentials/rendezvous.service/"));
    }
}
