using System.Text.Json;
using Microsoft.AspNetCore.Http;
using RendezvousCluster.Server.Management.Health;

namespace RendezvousCluster.Server.Tests.Management;

public sealed class HealthPageTests
{
    private readonly FakeReadiness _registry = new() { IsReady = true };
    private int _open;

    [Theory]
    [InlineData("?format=json", null)]
    [InlineData("", "text/html, application/json;q=0.9")]
    public async Task Json_on_request_has_every_check_with_status_cause_and_since_when(string query, string? accept)
    {
        _registry.IsReady = false;
        _registry.Reason = "the database has not answered";
        _registry.Remark = "the point is full";

        (int status, string body) = await AskAsync(query, accept);

        JsonElement answer = JsonDocument.Parse(body).RootElement;
        Assert.Equal(503, status);
        Assert.False(answer.GetProperty("ready").GetBoolean());
        Assert.Equal("unhealthy", answer.GetProperty("status").GetString());
        JsonElement[] checks = [.. answer.GetProperty("checks").EnumerateArray()];
        Assert.Equal(NodeHealth.Checks, checks.Select(check => check.GetProperty("name").GetString()));
        Assert.Equal(
            """{"name":"database","status":"unhealthy","cause":"the database has not answered","since":"2030-01-01T12:00:00+00:00"}""",
            Assert.Single(checks, check => check.GetProperty("status").GetString() == "unhealthy").GetRawText());
        Assert.Equal(
            """{"name":"capacity","status":"degraded","cause":"the point is full","since":"2030-01-01T12:00:00+00:00"}""",
            Assert.Single(checks, check => check.GetProperty("status").GetString() == "degraded").GetRawText());
        Assert.Equal("""{"name":"in_service","status":"healthy"}""", checks[0].GetRawText());
    }

    [Fact]
    public async Task Everybody_else_gets_one_line_with_all_causes_those_against_readiness_first()
    {
        Assert.Equal((200, "ready\n"), await AskAsync(accept: "*/*"));
        _registry.Remark = "the point is full";
        Assert.Equal((200, "ready, but the point is full\n"), await AskAsync());
        _registry.IsReady = false;
        _registry.Check = "clocks";
        _registry.Reason = "the clock is ahead";
        Assert.Equal((503, "the clock is ahead; also: the point is full\n"), await AskAsync());
    }

    [Fact]
    public async Task A_node_without_room_for_another_connection_is_ready_and_says_so()
    {
        _open = 9;
        Assert.Equal((200, "ready\n"), await AskAsync());
        _open = 10;
        Assert.Equal(
            (200, "ready, but all 10 connections that there may be are open: newcomers are turned away\n"), await AskAsync());
        _open = 9;
        Assert.Equal((200, "ready\n"), await AskAsync());
    }

    private async Task<(int Status, string Body)> AskAsync(string query = "", string? accept = null)
    {
        using var body = new MemoryStream();
        var context = new DefaultHttpContext { Request = { QueryString = new QueryString(query) }, Response = { Body = body } };
        context.Request.Headers.Accept = accept;
        await TestHealthPage.Of(_registry, () => (_open, 10)).ServeAsync(context).Within();
        return (context.Response.StatusCode, System.Text.Encoding.UTF8.GetString(body.ToArray()));
    }
}
