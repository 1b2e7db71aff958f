using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Cli.Tests.CommandLine;

/// <summary>What cannot be run ends with 2 and says in a line what to change.</summary>
public sealed class UsageTests
{
    private static readonly string Point = $"/ip4/127.0.0.1/tcp/1/p2p/{new TestPeer().Id}";

    public static TheoryData<string, string[]> Mistakes => new()
    {
        { "Name a point", ["discover", "chat"] },
        { "is not a multiaddr", ["discover", "chat", "--point", "example.com:8000"] },
        { "does not end in /p2p/", ["discover", "chat", "--point", "/ip4/127.0.0.1/tcp/1"] },
        { "one of the two", ["discover", "--point", Point] },
        { "one of the two", ["discover", "chat", "--all", "--point", Point] },
        { "--limit takes from 1 to 1000000; '0' is not that.", ["discover", "chat", "--limit", "0", "--point", Point] },
        { "--interval takes from 0.1 to 86400 seconds; '0' is not that.", [
            "discover", "chat", "--watch", "--interval", "0", "--point", Point,
        ] },
        { "--interval takes", ["discover", "chat", "--watch", "--interval", "-5", "--point", Point] },
        { "--interval takes", ["discover", "chat", "--watch", "--interval", "1e300", "--point", Point] },
        { "--interval takes", ["discover", "chat", "--watch", "--interval", "NaN", "--point", Point] },
        { "--interval takes", ["discover", "chat", "--watch", "--interval", "Infinity", "--point", Point] },
        { "--interval takes", ["discover", "chat", "--watch", "--interval", "soon", "--point", Point] },
        { "1 to 255 bytes", ["discover", new string('n', 256), "--point", Point] },
        { "--at takes from 1 to 1000; '0' is not that.", ["register", "chat", "--at", "0", "--point", Point] },
        { "--ttl takes from 1 to 259200 seconds; '0' is not that.", ["register", "chat", "--once", "--ttl", "0", "--point", Point] },
        { "--ttl takes", ["register", "chat", "--once", "--ttl", "-7200", "--point", Point] },
        { "--ttl takes", ["register", "chat", "--once", "--ttl", "9223372036854775808", "--point", Point] },
        { "--ttl takes", ["register", "chat", "--once", "--ttl", "259201", "--announce", "/ip4/198.51.100.1/tcp/1", "--point", Point] },
        { "--identity", ["unregister", "chat", "--point", Point] },
        { "--count takes", ["ping", "--count", "0", "--point", Point] },
        { "--peers takes from 1 to 50000; '0' is not that.", ["load", "--peers", "0", "--point", Point] },
        { "--namespaces takes", ["load", "--namespaces", "-1", "--point", Point] },
        { "--limit takes", ["load", "--limit", "0", "--point", Point] },
        { "--duration takes from 0.1 to 86400 seconds; '-1' is not that.", ["load", "--duration", "-1", "--point", Point] },
        { "--duration takes", ["load", "--duration", "86401", "--point", Point] },
        { "--ttl takes", ["load", "--ttl", "-1", "--point", Point] },
        { "there is no such process", ["load", "--server-pid", "2147483647", "--point", Point] },
        { "rust", ["load", "--record-flavour", "rusty", "--point", Point] },
        { "rust", ["load", "--record-form", "rusty", "--point", Point] }, // its earlier name
        { "Required", ["register"] },
        { "dance", ["dance"] },
        { "Did you mean 'discover' instead of 'discver'?", ["discver", "chat", "--point", Point] },
        { "Did you mean '--limit' instead of '--limt'?", ["discover", "chat", "--limt", "5", "--point", Point] },
        { "Did you mean 'status' instead of 'statsu'?", ["admin", "statsu"] },
        { "is not there", ["discover", "chat", "--config", "/nowhere/rendezvous.json"] },
        { "is longer than 1048576 bytes", ["discover", "chat", "--config", "/dev/zero"] },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public async Task A_wrong_command_line_is_reported_and_ends_with_2(string said, string[] arguments)
    {
        (int code, string output, string error) = await Run.ToEndAsync(arguments);

        Assert.Contains(said, error);
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
    [InlineData("admin")]
    [InlineData("admin", "drain")]
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
    public async Task A_configuration_with_a_fault_is_reported_with_file_and_line()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("rendezvous.json");
        await File.WriteAllTextAsync(file, $$"""
            {
              "Point": ["{{Point}}"]
            }
            """);

        (int code, string output, string error) = await Run.ToEndAsync("ping", "--config", file, "--point", Point);

        Assert.Contains($"The configuration '{file}' cannot be used: line 2: 'Point' is not a setting; 'Points' may be meant.", error);
        Assert.Equal((2, ""), (code, output));
    }
}
