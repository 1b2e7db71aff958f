using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Cli.Tests.CommandLine;

public sealed class KeygenCommandTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_command_makes_a_key_once_and_then_shows_its_peer_id()
    {
        string file = _folder.File("node.key");

        string made = (await Run.ToEndAsync("keygen", file)).Output.Trim();
        string kept = (await Run.ToEndAsync("keygen", file)).Output.Trim();

        Assert.Equal(IdentityKeyFile.Load(file).PeerId.ToString(), made);
        Assert.Equal(made, kept);
    }

    [Fact]
    public async Task The_command_says_in_JSON_whether_the_key_is_new()
    {
        string file = _folder.File("node.key");

        Assert.Equal("made", (await Run.ToJsonAsync("keygen", file))[0].GetProperty("event").GetString());
        Assert.Equal("kept", (await Run.ToJsonAsync("keygen", file))[0].GetProperty("event").GetString());
    }

    [Fact]
    public async Task A_file_that_holds_no_key_is_a_failure_in_one_line()
    {
        string file = _folder.File("node.key");
        await File.WriteAllTextAsync(file, "no key at all");

        (int code, string output, string error) = await Run.ToEndAsync("keygen", file);

        Assert.Equal((1, ""), (code, output));
        string told = Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(file, told);
        Assert.DoesNotContain("remove", told);
        Assert.Equal("no key at all", await File.ReadAllTextAsync(file));
    }
}
