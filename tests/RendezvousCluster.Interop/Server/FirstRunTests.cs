using System.Runtime.Versioning;
using System.Text.Json;
using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Server;

/// <summary>The server as somebody meets it who starts it for the first time at a terminal, and as a program meets its log.</summary>
[UnsupportedOSPlatform("windows")]
public sealed partial class FirstRunTests : IDisposable
{
    private static readonly string[] Arguments =
        ["--listen", "/ip4/127.0.0.1/tcp/0", "--management", "127.0.0.1:0", "--data-dir", "data"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task At_a_terminal_it_says_what_to_do_next_and_the_command_that_it_shows_registers_and_discovers()
    {
        string pid = _folder.File("pid");
        string server = $"echo $$ > {pid}; exec dotnet {Repository.ServerAssembly} {string.Join(' ', Arguments)}";
        await using ChildProcess terminal = ChildProcess.Start(
            "the terminal", "script", ["--quiet", "--return", "--command", $"bash -c '{server}'", "/dev/null"], _folder.Path);
        List<string> lines = await ReadUntilAsync(terminal, line => line.StartsWith("P=", StringComparison.Ordinal));

        Assert.Equal("Rendezvous server listening on:", lines[0]);
        Assert.Contains(lines, line => line.StartsWith("Health and metrics: http://127.0.0.1:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith($"Data: registrations in {_folder.File("data")}", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, line => line.Contains("encrypted", StringComparison.Ordinal));

        // The tool as it was built with this test: dotnet run would build it.
        string tool = $"dotnet {Repository.ToolAssembly}";
        string[] called = lines[^1].Split([" register ", " discover "], StringSplitOptions.None)[0].Split("; ");
        string command = lines[^1].Replace(called[1], tool, StringComparison.Ordinal);
        await using ChildProcess shell = ChildProcess.Start("the command", "bash", ["-c", command], _folder.Path);
        Assert.Equal(0, await shell.ExitAsync());
        var output = new List<string>();
        while (await shell.ReadLineAsync() is { } line)
        {
            output.Add(line);
        }

        Assert.Contains(output, line => line.StartsWith("registered in demo at ", StringComparison.Ordinal));
        Assert.Contains(output, line => line.Contains("/ip4/127.0.0.1/tcp/", StringComparison.Ordinal));

        await using ChildProcess kill = ChildProcess.Start("kill", "kill", [(await File.ReadAllTextAsync(pid)).Trim()], _folder.Path);
        Assert.Equal(0, await kill.ExitAsync());
        Assert.Equal(0, await terminal.ExitAsync());
    }

    [Fact]
    public async Task Without_a_terminal_nothing_of_that_is_said_and_the_log_in_json_has_an_object_in_every_line()
    {
        await using ChildProcess server = ServerProcess.Run(
            _folder, [.. Arguments, "--log-format", "json", "--log-level", "Information"]);
        await ReadUntilAsync(server, line => line.StartsWith("/ip4/", StringComparison.Ordinal));
        server.Terminate();
        Assert.Equal(0, await server.ExitAsync());

        string[] lines = server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        JsonElement served = lines.Select(line => JsonDocument.Parse(line).RootElement)
            .Single(line => line.GetProperty("EventId").GetInt32() == 3100);
        Assert.StartsWith(
            "http://127.0.0.1:", served.GetProperty("State").GetProperty("Address").GetString(), StringComparison.Ordinal);
        Assert.Equal("Information", served.GetProperty("LogLevel").GetString());
        Assert.EndsWith("Z", served.GetProperty("Timestamp").GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("paste", server.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_start_that_fails_is_an_object_in_the_log_too()
    {
        await using ChildProcess server = ServerProcess.Run(
            _folder, ["--listen", "/ip4/127.0.0.1/tcp/0", "--identity", "/proc/version", "--data-dir", "data", "--log-format", "json"]);

        Assert.Equal(1, await server.ExitAsync());
        JsonElement line = JsonDocument.Parse(Assert.Single(server.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries))).RootElement;
        Assert.Equal("Critical", line.GetProperty("LogLevel").GetString());
        Assert.Contains("/proc/version", line.GetProperty("Message").GetString(), StringComparison.Ordinal);
    }

    private static async Task<List<string>> ReadUntilAsync(ChildProcess process, Func<string, bool> isLast)
    {
        var lines = new List<string>();
        while (lines.Count == 0 || !isLast(lines[^1]))
        {
            string line = await process.ReadLineAsync().Within(awaited: "a line") ?? throw new IOException(process.Errors);
            lines.Add(OfTerminal().Replace(line, string.Empty).TrimEnd('\r'));
        }

        return lines;
    }

    // The runtime sets the keys of a terminal up.
    [GeneratedRegex("\u001b(?:\\[[0-9;?]*[A-Za-z]|[=>])")]
    private static partial Regex OfTerminal();
}
