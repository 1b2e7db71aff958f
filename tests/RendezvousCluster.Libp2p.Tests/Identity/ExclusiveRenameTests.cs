using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Tests.Identity;

public sealed class ExclusiveRenameTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("exclusive-rename-").FullName;

    [Fact]
    public void A_rename_gives_the_file_a_free_name()
    {
        Assert.True(ExclusiveRename.TryMove(Write("new", "one"), InFolder("name")));

        Assert.Equal("one", File.ReadAllText(InFolder("name")));
    }

    [Fact]
    public void Never_replaces_a_file()
    {
        Write("name", "first");

        Assert.False(ExclusiveRename.TryMove(Write("new", "second"), InFolder("name")));

        Assert.Equal("first", File.ReadAllText(InFolder("name")));
    }

    [Fact]
    public async Task Of_many_at_once_exactly_one_wins_and_stays()
    {
        for (int round = 0; round < 50; round++)
        {
            string name = $"name-{round}";
            string[] contenders = [.. Enumerable.Range(0, 8).Select(index => Write($"{name}-{index}", $"{index}"))];

            bool[] won =
                await Task.WhenAll(contenders.Select(contender => Task.Run(() => ExclusiveRename.TryMove(contender, InFolder(name)))));

            Assert.Equal(Array.IndexOf(won, true).ToString(), File.ReadAllText(InFolder(name)));
            Assert.Single(won, true);
        }
    }

    [Fact]
    public void A_missing_folder_is_an_error() =>
        Assert.ThrowsAny<IOException>(() => ExclusiveRename.TryMove(Write("new", "one"), Path.Combine(_folder, "nowhere", "name")));

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string InFolder(string name) => Path.Combine(_folder, name);

    private string Write(string name, string content)
    {
        File.WriteAllText(InFolder(name), content);
        return InFolder(name);
    }
}
