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

    private async Task<JsonElement> AnswerAsync(string verb, params string[] more)
    {
        JsonElement answer = Assert.Single(await Run.ToJsonAsync(["admin", verb, "--server", _server.Admin, .. more]));
        return Assert.Single(answer.GetProperty("nodes").EnumerateArray()).GetProperty("answer");
    }

    private async Task<string> TableAsync(string verb)
    {
        (int code, string table, string error) = await Run.ToEndAsync("admin", verb, "--server", _server.Admin);
        Assert.Equal((0, ""), (code, error));
        return table;
    }
}
