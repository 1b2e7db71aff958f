using System.Text.Json;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Server;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Client;

/// <summary>The command line tool as a process of its own, and what a shell or a service manager sees of it.</summary>
public sealed class ToolTests(ServerWithShortTtls running) : IClassFixture<ServerWithShortTtls>, IDisposable
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly ServerProcess _server = running.Server;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Register_unregisters_on_SIGTERM_and_exits_0()
    {
        string ns = RunningServer.NewNamespace();
        await using ChildProcess tool = Run("register", ns, "--listen", "/ip4/127.0.0.1/tcp/0", "--json", "--point", _server.TcpAddress);
        Assert.Equal("registered", Event(await tool.ReadLineAsync().Within()));
        Assert.Equal("ready", Event(await tool.ReadLineAsync().Within()));
        await using ClientNode seeker = await ClientNode.StartAsync(_server.TcpAddress);
        Assert.Single(await seeker.DiscoverAsync(ns));

        tool.Terminate();

        Assert.Equal(0, await tool.ExitAsync(StopTimeout));
        Assert.Equal("unregistered", Event(await tool.ReadLineAsync()));
        Assert.Empty(await seeker.DiscoverAsync(ns));
    }

    [Fact]
    public async Task Exit_codes_and_streams_are_those_that_are_documented()
    {
        Assert.Equal((0, "", ""), await ToEndAsync("discover", RunningServer.NewNamespace(), "--json", "--point", _server.TcpAddress));

        (int code, string output, string errors) = await ToEndAsync("discover", "chat");
        Assert.Equal((2, ""), (code, output));
        Assert.Contains("Name a point", errors);
    }

    [Fact]
    public async Task Load_runs_against_a_point_of_another_make_that_takes_five_connections_a_second()
    {
        await using JsPeer point = await JsPeer.StartCanvasPointAsync("tcp");
        string[] plan = ["--peers", "8", "--namespaces", "2", "--duration", "0.5", "--limit", "4"];

        (int code, string output, string errors) = await ToEndAsync(["load", .. plan, "--json", "--point", point.Addresses[0]]);

        Assert.True(code == 0, errors);
        JsonElement[] phases = [.. output.Split('\n').Select(line => JsonElement.Parse(line))];
        Assert.Equal(["register", "refresh", "discover", "walk"], phases.Select(phase => phase.GetProperty("phase").GetString()));
        Assert.All(phases, phase => Assert.Equal(0, phase.GetProperty("errors").GetInt64()));
        Assert.Equal(16, phases[0].GetProperty("operations").GetInt64());
    }

    private static string? Event(string? line) => JsonElement.Parse(line!).GetProperty("event").GetString();

    private ChildProcess Run(params string[] arguments) =>
        ChildProcess.Start("the tool", "dotnet", [Repository.ToolAssembly, .. arguments], _folder.Path);

    private async Task<(int Code, string Output, string Errors)> ToEndAsync(params string[] arguments)
    {
        await using ChildProcess tool = Run(arguments);
        int code = await tool.ExitAsync();
        var output = new List<string>();
        while (await tool.ReadLineAsync() is { } line)
        {
            output.Add(line);
        }

        return (code, string.Join('\n', output), tool.Errors);
    }
}
