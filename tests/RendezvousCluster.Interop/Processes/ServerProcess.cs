using System.Text.RegularExpressions;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Processes;

/// <summary>The real server, started as an operator starts it, listening on free ports of loopback over TCP and WebSocket.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private const string Title = "Rendezvous server listening on:";

    private static readonly string[] Listen = ["--listen", "/ip4/127.0.0.1/tcp/0", "--listen", "/ip4/127.0.0.1/tcp/0/ws"];

    private readonly ChildProcess _process;

    private ServerProcess(ChildProcess process) => _process = process;

    /// <summary>Where it listens, with its peer id.</summary>
    public string TcpAddress { get; private set; } = "";

    /// <summary>Where it listens for WebSockets, with its peer id.</summary>
    public string WebSocketAddress { get; private set; } = "";

    /// <summary>What it has said on standard error so far.</summary>
    public string Errors => _process.Errors;

    /// <summary>The process.</summary>
    public int Id => _process.Id;

    public string PeerId => Multiaddr.Parse(TcpAddress).PeerId!.ToString();

    /// <summary>The memory that the process takes now.</summary>
    public long ResidentBytes => _process.ResidentBytes;

    /// <param name="transport"><c>tcp</c> or <c>ws</c>.</param>
    public string Address(string transport) => transport == "ws" ? WebSocketAddress : TcpAddress;

    /// <summary>Starts it and waits until it listens.</summary>
    public static Task<ServerProcess> StartAsync(TemporaryFolder data, params string[] options) =>
        ListenAsync(new ServerProcess(Run(data, [.. Listen, "--data-dir", data.Path, .. options])));

    /// <summary>The same for a process that may open only so many files.</summary>
    public static Task<ServerProcess> StartWithDescriptorsAsync(TemporaryFolder data, int descriptors, params string[] options) =>
        ListenAsync(new ServerProcess(RunWithDescriptors(data, descriptors, [.. Listen, "--data-dir", data.Path, .. options])));

    /// <summary>The same for a process that lists in a file which methods it compiles.</summary>
    public static Task<ServerProcess> StartListingMethodsAsync(TemporaryFolder data, string list, params string[] options) =>
        ListenAsync(new ServerProcess(ChildProcess.Start(
            "the server",
            "env",
            [
                $"DOTNET_JitStdOutFile={list}", "DOTNET_JitDisasmSummary=1", "dotnet", Repository.ServerAssembly, .. Listen, "--data-dir",
                data.Path, .. options,
            ],
            data.Path)));

    /// <summary>Runs it with just these arguments and only so many descriptors, and does not wait until it listens.</summary>
    public static ChildProcess RunWithDescriptors(
        TemporaryFolder workingDirectory, int descriptors, IEnumerable<string> arguments) => ChildProcess.Start(
        "the server",
        "bash",
        ["-c", $"ulimit -n {descriptors}; exec dotnet \"$@\"", "bash", Repository.ServerAssembly, .. arguments],
        workingDirectory.Path);

    /// <summary>Runs it with just these arguments, and does not wait until it listens.</summary>
    public static ChildProcess Run(TemporaryFolder workingDirectory, IEnumerable<string> arguments) =>
        ChildProcess.Start("the server", "dotnet", [Repository.ServerAssembly, .. arguments], workingDirectory.Path);

    /// <summary>kill -9</summary>
    public Task KillAsync() => _process.KillAsync();

    /// <summary>SIGTERM; answers the exit code.</summary>
    public async Task<int> TerminateAsync(TimeSpan timeout)
    {
        _process.Terminate();
        return await _process.ExitAsync(timeout);
    }

    /// <summary>Any signal, by its number.</summary>
    public void Signal(int signal) => _process.Signal(signal);

    /// <summary>SIGSTOP</summary>
    public void Pause() => _process.Pause();

    /// <summary>SIGCONT</summary>
    public void Continue() => _process.Continue();

    /// <summary>Waits for it to end by itself; answers its exit code and what it said.</summary>
    public async Task<(int ExitCode, string Errors)> ExitAsync(TimeSpan timeout) => (await _process.ExitAsync(timeout), _process.Errors);

    public ValueTask DisposeAsync() => _process.DisposeAsync();

    private static async Task<ServerProcess> ListenAsync(ServerProcess server)
    {
        try
        {
            await server._process.Explain(server.ReadAddressesAsync().Within(awaited: "the server's addresses"));
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    private async Task ReadAddressesAsync()
    {
        Assert.Equal(Title, await _process.ReadLineAsync());
        TcpAddress = await ReadAddressAsync(TcpPattern());
        WebSocketAddress = await ReadAddressAsync(WebSocketPattern());
    }

    private async Task<string> ReadAddressAsync(Regex pattern)
    {
        string? line = await _process.ReadLineAsync();
        Assert.Matches(pattern, line);
        return line!;
    }

    [GeneratedRegex("^/ip4/127\\.0\\.0\\.1/tcp/[1-9][0-9]*/p2p/12D3KooW[1-9A-HJ-NP-Za-km-z]+$")]
    private static partial Regex TcpPattern();

    [GeneratedRegex("^/ip4/127\\.0\\.0\\.1/tcp/[1-9][0-9]*/ws/p2p/12D3KooW[1-9A-HJ-NP-Za-km-z]+$")]
    private static partial Regex WebSocketPattern();
}
