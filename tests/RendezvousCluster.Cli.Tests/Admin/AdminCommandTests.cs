using System.Text.Json;
using RendezvousCluster.Cli.Tests.CommandLine;

namespace RendezvousCluster.Cli.Tests.Admin;

/// <summary>The verbs of <c>admin</c> against a real server.</summary>
public sealed class AdminCommandTests : IAsyncLifetime
{
    private AdminServer _server = null!;

    public async Task InitializeAsync() => _server = await AdminServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_server_tells_what_it_has_and_everybody_on_its_machine_may_ask()
    {
        JsonElement status = await AnswerAsync("status");
        Assert.True(status.GetProperty("isReady").GetBoolean());
        Assert.Equal("memory", status.GetProperty("storage").GetString());
        Assert.Matches(@"this node\s+yes\s+\d+ .+memory", await TableAsync("status"));

        JsonElement member = Assert.Single((await AnswerAsync("members")).GetProperty("members").EnumerateArray());
        Assert.Equal(
            ("up", "registry frontend"),
            (member.GetProperty("state").GetString(), string.Join(' ', member.GetProperty("roles").EnumerateArray())));
        Assert.Matches(@"this node\s+up\s+registry, frontend\s+nobody", await TableAsync("members"));

        JsonElement namespaces = (await AnswerAsync("shards")).GetProperty("regions").EnumerateArray()
            .Single(region => region.GetProperty("region").GetString() == "namespace");
        Assert.NotEmpty(namespaces.GetProperty("shards").EnumerateObject()); // readiness asks for one
        Assert.Matches(@"this node\s+namespace\s+[1-9]", await TableAsync("shards"));

        Assert.Equal(0, (await AnswerAsync("connections", "--top", "5")).GetProperty("total").GetInt32());
        Assert.Contains("this node: 0 connections (none), 0 bytes held", await TableAsync("connections"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_peer_and_its_namespace_are_explained()
    {
        using var folder = new TemporaryFolder();
        string key = folder.File("node.key");
        string peer = (await Run.ToEndAsync("keygen", key)).Output.Trim();
        string[] me = ["--identity", key, "--point", _server.Point, "--announce", "/dns4/example.com/tcp/4001"];
        (int code, string output, string error) = await Run.ToEndAsync(["register", "chat room", "--once", "--ttl", "7200", .. me]);
        Assert.True(code == 0, output + error);
        (code, _, error) = await Run.ToEndAsync(["register", "chat room", "--once", "--ttl", "60", .. me]);
        Assert.True(code != 0, error);

        string[] namespaces = (await TableAsync("namespaces")).TrimEnd().Split('\n');
        Assert.Matches("^this node: 1 registrations, [1-9][0-9]* namespaces in memory$", namespaces[0]);
        Assert.Matches(@"this node\s+1\s+""chat room""$", namespaces[^1]);

        string page = await TableAsync("namespace", "chat room");
        Assert.Matches($@"{peer}\s+1 h 59 min\s+Standard\s+/dns4/example.com/tcp/4001", page);
        Assert.Matches(@"""chat room"" is in shard \d+, on this node", page);

        string explained = await TableAsync("peer", peer);
        Assert.Contains($"{peer} has 1 of 1000 registrations", explained, StringComparison.Ordinal);
        Assert.Contains("registered in \"chat room\" for 1 h 59 min more", explained, StringComparison.Ordinal);
        Assert.Matches(@"this node: \d of 8 connections, 1 requests refused lately", explained);
        Assert.Matches(@"refused \S+: register, InvalidTtl: \S+", explained);

        Assert.Matches(@"this node\s+1\s+100000\s+0\.0\s+MaxRegistrationsPerNamespace\s+""chat room""", await TableAsync("limits"));
    }

    [Fact]
    public async Task A_server_is_drained_by_who_holds_its_token_and_put_back()
    {
        string point = _server.Point;
        Assert.Equal(0, (await Run.ToEndAsync("discover", "chat", "--point", point)).Code);
        (int code, _, string error) = await Run.ToEndAsync("admin", "drain", "--server", _server.Admin, "--token-file", "/nowhere");
        Assert.True(code == 2, error);
        using var folder = new TemporaryFolder();
        await File.WriteAllTextAsync(folder.File("wrong"), "wrong");
        (code, _, error) = await Run.ToEndAsync("admin", "drain", "--server", _server.Admin, "--token-file", folder.File("wrong"));
        Assert.True(code == 3, error);

        (code, string output, error) =
            await Run.ToEndAsync("admin", "drain", "--wait", "--server", _server.Admin, "--token-file", _server.TokenFile);

        Assert.True(code == 0, output + error);
        Assert.Matches("^drained, [0-9]+ shards and 0 connections left, 0 requests cut, after ", output);
        Assert.NotEqual(0, (await Run.ToEndAsync("discover", "chat", "--point", point)).Code);
        Assert.Contains("not ready: this node is draining", await TableAsync("status"), StringComparison.Ordinal);

        (code, output, error) = await Run.ToEndAsync("admin", "undrain", "--server", _server.Admin, "--token-file", _server.TokenFile);
        Assert.True(code == 0, output + error);
        Assert.StartsWith("serving", output, StringComparison.Ordinal);
        Assert.Equal(0, (await Run.ToEndAsync("discover", "chat", "--point", point)).Code);
    }

    [Fact]
    public async Task A_namespace_and_a_peer_are_evicted_by_who_holds_the_token()
    {
        using var folder = new TemporaryFolder();
        string key = folder.File("node.key");
        string peer = (await Run.ToEndAsync("keygen", key)).Output.Trim();
        string[] me = ["--once", "--identity", key, "--point", _server.Point, "--announce", "/dns4/example.com/tcp/4001"];
        Assert.Equal(0, (await Run.ToEndAsync(["register", "one", "two", .. me])).Code);

        Assert.Equal("Done: 1 registrations were taken.", (await ChangeAsync("evict", "--namespace", "one")).Trim());
        Assert.Contains("has 1 of 1000", await TableAsync("peer", peer), StringComparison.Ordinal);
        Assert.Equal("Done: its registrations were taken.", (await ChangeAsync("evict", "--peer", peer)).Trim());
        Assert.Contains("has 0 of 1000", await TableAsync("peer", peer), StringComparison.Ordinal);
        Assert.Equal(2, (await Run.ToEndAsync("admin", "evict", "--server", _server.Admin, "--token-file", _server.TokenFile)).Code);
    }

    private async Task<string> ChangeAsync(params string[] change)
    {
        (int code, string output, string error) =
            await Run.ToEndAsync(["admin", .. change, "--server", _server.Admin, "--token-file", _server.TokenFile]);
        Assert.True(code == 0, output + error);
        return output;
    }

    [Fact]
    public async Task A_question_that_the_server_cannot_read_is_an_error_in_a_line()
    {
        (int code, string output, string error) = await Run.ToEndAsync("admin", "peer", "nobody", "--server", _server.Admin);

        Assert.Equal((1, ""), (code, output));
        Assert.EndsWith("answered 400: id takes the id of a peer.", error.TrimEnd(), StringComparison.Ordinal);
    }

    private async Task<JsonElement> AnswerAsync(string verb, params string[] more)
    {
        JsonElement answer = Assert.Single(await Run.ToJsonAsync(["admin", verb, "--server", _server.Admin, .. more]));
        return Assert.Single(answer.GetProperty("nodes").EnumerateArray()).GetProperty("answer");
    }

    private async Task<string> TableAsync(params string[] verb)
    {
        (int code, string table, string error) = await Run.ToEndAsync(["admin", .. verb, "--server", _server.Admin]);
        Assert.Equal((0, ""), (code, error));
        return table;
    }
}
