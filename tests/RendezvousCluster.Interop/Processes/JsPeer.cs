using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Processes;

/// <summary>
/// A js-libp2p peer in a process of its own, driven by JSON lines (<c>js/lines.mjs</c>). Several questions may be on their way at once.
/// </summary>
internal sealed class JsPeer : IAsyncDisposable
{
    private readonly ChildProcess _process;
    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonElement>> _questions = new();
    private readonly SemaphoreSlim _writing = new(1);
    private readonly TaskCompletionSource<JsonElement> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _reading;
    private int _lastId;

    private JsPeer(ChildProcess process)
    {
        _process = process;
        _reading = ReadAsync();
    }

    public string PeerId { get; private set; } = "";

    /// <summary>Where it listens, with its peer id.</summary>
    public IReadOnlyList<string> Addresses { get; private set; } = [];

    /// <summary>A stock libp2p 3 peer.</summary>
    /// <param name="agentVersion">What it calls itself in identify; its own name when null.</param>
    public static Task<JsPeer> StartAsync(string transport, string muxer, bool listen = true, string? agentVersion = null)
    {
        List<string> arguments = ["--transport", transport, "--muxer", muxer];
        if (listen)
        {
            arguments.Add("--listen");
        }

        if (agentVersion is not null)
        {
            arguments.AddRange(["--agent", agentVersion]);
        }

        return StartAsync("peer.mjs", [.. arguments]);
    }

    /// <summary>A libp2p 2 peer with canvas's rendezvous client. It listens always and speaks Yamux.</summary>
    public static Task<JsPeer> StartCanvasAsync(string transport) => StartAsync("canvas/peer.mjs", ["--transport", transport]);

    /// <summary>A libp2p 2 peer with canvas's rendezvous server.</summary>
    public static Task<JsPeer> StartCanvasPointAsync(string transport) => StartAsync("canvas/point.mjs", ["--transport", transport]);

    /// <summary>Has the peer carry out a command.</summary>
    /// <param name="arguments">An object whose properties are the command's arguments.</param>
    /// <exception cref="JsPeerException">It failed there.</exception>
    public async Task<JsonElement> AskAsync(string op, object? arguments = null)
    {
        int id = Interlocked.Increment(ref _lastId);
        var answer = new TaskCompletionSource<JsonElement>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions[id] = answer;
        JsonObject line = JsonSerializer.SerializeToNode(arguments ?? new object(), JsonSerializerOptions.Web)!.AsObject();
        line["id"] = id;
        line["op"] = op;
        await _writing.WaitAsync();
        try
        {
            await _process.Input.WriteLineAsync(line.ToJsonString());
            await _process.Input.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }

        await _process.Explain(answer.Task.Within(awaited: $"the js peer's answer to {line.ToJsonString()}"));
        JsonElement result = await answer.Task;
        return result.TryGetProperty("error", out JsonElement error)
            ? throw new JsPeerException(op, error.GetString()!)
            : result.GetProperty("ok");
    }

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        await _reading;
        _writing.Dispose();
    }

    private static async Task<JsPeer> StartAsync(string script, string[] arguments)
    {
        string name = $"js peer {script} {string.Join(' ', arguments)}";
        ChildProcess process = ChildProcess.Start(name, Repository.NodeExecutable, [script, .. arguments], Repository.JsFolder);
        var peer = new JsPeer(process);
        try
        {
            await process.Explain(peer._ready.Task.Within(awaited: $"{name} to be ready"));
            JsonElement ready = await peer._ready.Task;
            peer.PeerId = ready.GetProperty("peerId").GetString()!;
            peer.Addresses = [.. ready.GetProperty("addrs").EnumerateArray().Select(address => address.GetString()!)];
            return peer;
        }
        catch
        {
            await peer.DisposeAsync();
            throw;
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.ReadLineAsync() is { } line)
        {
            JsonElement message = JsonElement.Parse(line);
            if (message.TryGetProperty("ready", out _))
            {
                _ready.SetResult(message);
            }
            else if (_questions.TryRemove(message.GetProperty("id").GetInt32(), out TaskCompletionSource<JsonElement>? answer))
            {
                answer.SetResult(message);
            }
        }

        var ended = new InvalidOperationException("The js peer has ended.");
        _ready.TrySetException(ended);
        foreach (TaskCompletionSource<JsonElement> answer in _questions.Values)
        {
            answer.TrySetException(ended);
        }
    }
}
