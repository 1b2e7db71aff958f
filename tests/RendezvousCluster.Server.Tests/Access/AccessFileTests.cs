using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Server.Access;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Server.Tests.Access;

public sealed class AccessFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Everybody_is_served_without_a_file() => Assert.Same(AccessList.Everybody, AccessFile.Read(null));

    [Fact]
    public void A_file_says_who_is_served()
    {
        AccessList list = AccessFile.Read(Write("block 192.0.2.0/24", "allow 198.51.100.1"));

        Assert.Equal((1, 1), (list.Blocked, list.Allowed));
    }

    [Fact]
    public void A_line_that_is_not_an_entry_is_named_with_its_file()
    {
        string file = Write("block 192.0.2.0/24", "allow everybody");

        ServerStartException refused = Assert.Throws<ServerStartException>(() => AccessFile.Read(file));

        Assert.StartsWith($"The access list '{file}' cannot be used: Line 2 is not", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named()
    {
        string file = _folder.File("missing");

        ServerStartException refused = Assert.Throws<ServerStartException>(() => AccessFile.Read(file));

        Assert.StartsWith($"The access list '{file}' cannot be read: ", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private string Write(params string[] lines)
    {
        string file = _folder.File("access");
        File.WriteAllLines(file, lines);
        return file;
    }
}
