using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Cli.Tests.CommandLine;

/// <summary>What cannot be run ends with 2 and says in a line what to change.</summary>
public sealed class UsageTests
{
    private static readonly string Point = $"/ip4/127.0.0.1/tcp/1/p2p/{new TestPeer().Id}";

    public static TheoryData<string, string[]> Mistakes => new()
    {
        { "Name a point", ["discover", "chat"] },
        { "is no multiaddr", ["discover", "chat", "--point", "example.com:8000"] },
        { "does not end in /p2p/", ["discover", "chat", "--point", "/ip4/127.0.0.1/tcp/1"] },
        { "one of the two", ["discover", "--point", Point] },
        { "one of the two", ["discover", "chat", "--all", "--point", Point] },
        { "--limit is at least 1", ["discover", "chat", "--limit", "0", "--point", Point] },
        { "WatchInterval", ["discover", "chat", "--watch", "--interval", "0", "--point", Point] },
        { "1 to 255 bytes", ["discover", new string('n', 256), "--point", Point] },
        { "RegisterAt", ["register", "chat", "--at", "0", "--point", Point] },
        { "time to live", ["register", "chat", "--once", "--ttl", "259201", "--announce", "/ip4/198.51.100.1/tcp/1", "--point", Point] },
        { "--identity", ["unregister", "chat", "--point", Point] },
        { "--count", ["ping", "--count", "0", "--point", Point] },
        { "more than 0", ["load", "--peers", "0", "--point", Point] },
        { "there is no such process", ["load", "--server-pid", "2147483647", "--point", Point] },
        { "rust", ["load", "--record-form", "rusty", "--point", Point] },
        { "Required", ["register"] },
        { "dance", ["dance"] },
        { "not found", ["discover", "chat", "--config", "/nowhere/rendezvous.json"] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task Is_told_and_ends_with_2(string told, string[] arguments)
    {
        (int code, string output, string error) = await Run.ToEndAsync(arguments);

        Assert.Contains(told, error);
        Assert.Equal((2, ""), (code, output));
    }

    [Theory]
    [InlineData]
    [InlineData("register")]
    [InlineData("discover")]
    [InlineData("unregister")]
    [InlineData("ping")]
    [InlineData("identify")]
    [InlineData("keygen")]
    [InlineData("load")]
    [InlineData("completion")]
    public async Task Help_is_there_for_every_command(params string[] command)
    {
        (int code, string output, string error) = await Run.ToEndAsync([.. command, "--help"]);

        Assert.Equal((0, ""), (code, error));
        Assert.Contains("--help", output);
    }

    [Fact]
    public async Task Points_and_identity_come_from_a_file_and_the_command_line_goes_first()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("rendezvous.json");
        await File.WriteAllTextAsync(file, $$"""{ "Points": ["{{Point}}"], "Identity": "{{folder.File("no.key")}}" }""");

        (int code, _, string error) = await Run.ToEndAsync("ping", "--config", file);
        Assert.Contains("no.key", error);
        Assert.Equal(1, code);

        await Run.ToEndAsync("keygen", folder.File("made.key"));
        (code, string output, _) = await Run.ToEndAsync("ping", "--config", file, "--identity", folder.File("made.key"));
        Assert.Contains("did not answer", output);
        Assert.Equal(1, code);
    }

    [Fact]
    public async Task A_file_that_is_none_is_told()
    {
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("rendezvous.json"), "{ not json");

        (int code, _, string error) = await Run.ToEndAsync("ping", "--config", folder.File("rendezvous.json"));

        Assert.Contains("configuration cannot be used", error);
        Assert.Equal(2, code);
    }
}
