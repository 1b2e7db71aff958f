using System.Globalization;
using System.Text.Json;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Benchmarks.Comparison;

/// <summary>The points that a comparison can measure: those that it starts itself, and any other one that runs already.</summary>
internal static class ComparedPoints
{
    /// <summary>How a point is named on the command line.</summary>
    internal const string Usage = "ours, ours-memory, canvas, or NAME=MULTIADDR[,PROCESS]";

    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    /// <summary>Starts a point, or finds the one that is named.</summary>
    /// <exception cref="FormatException">Nothing is named so.</exception>
    internal static async Task<ComparedPoint> OpenAsync(string text) => text switch
    {
        "ours" => await StartOursAsync("ours, SQLite", memory: false),
        "ours-memory" => await StartOursAsync("ours, memory", memory: true),
        "canvas" => await StartCanvasAsync(),
        _ => Parse(text),
    };

    /// <summary>Reads what names a point that runs already.</summary>
    internal static ComparedPoint Parse(string text)
    {
        string[] named = text.Split('=', 2);
        string[] parts = named[^1].Split(',');
        if (named.Length != 2 || named[0].Length == 0 || parts.Length > 2 || !Multiaddr.TryParse(parts[0], out Multiaddr? address))
        {
            throw new FormatException($"'{text}' names no point; expected is {Usage}.");
        }

        int? process = parts.Length == 2 ? int.Parse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture) : null;
        return new ComparedPoint(named[0], address, process, () => ValueTask.CompletedTask);
    }

    private static async Task<ComparedPoint> StartOursAsync(string name, bool memory)
    {
        ServerUnderTest server = await ServerUnderTest.StartAsync(memory);
        return new ComparedPoint(name, server.Addresses[0], server.ProcessId, server.DisposeAsync);
    }

    // The server of @canvas-js/libp2p-rendezvous, as interoperability tests start it.
    private static async Task<ComparedPoint> StartCanvasAsync()
    {
        ChildProcess process = ChildProcess.Start(
            "canvas' point",
            Repository.NodeExecutable,
            ["canvas/point.mjs", "--transport", "tcp", "--connections", "100000"],
            Repository.JsFolder);
        try
        {
            string line = await process.ReadLineAsync().WaitAsync(StartLimit)
                ?? throw new InvalidOperationException($"canvas' point ended before it was ready: {process.Errors}");
            string address = JsonElement.Parse(line).GetProperty("addrs")[0].GetString()!;
            return new ComparedPoint("canvas-js, memory", Multiaddr.Parse(address), process.Id, process.DisposeAsync);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }
}
