using System.Diagnostics;
using System.Globalization;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Testing.Hostile;

/// <summary>
/// An <see cref="UnreadFlood"/> in a process of its own, at a low priority. A real flood has processors of its own: the honest peer's time
/// must not be that of its neighbour in the same process.
/// </summary>
public sealed class FloodProcess : IAsyncDisposable
{
    private readonly Process _process;

    private FloodProcess(Process process) => _process = process;

    /// <summary>What it has taken of the processors.</summary>
    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Begins a flood.</summary>
    /// <param name="port">Where the point listens, on 127.0.0.1.</param>
    /// <param name="shape">How much of everything.</param>
    /// <param name="seconds">For how long it sends; it holds what it opened until its end.</param>
    public static FloodProcess Start(int port, FloodShape shape, int seconds)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        string[] arguments =
        [
            Repository.BenchmarksAssembly, "attack",
            "--port", Text(port), "--muxer", shape.Muxer, "--namespace", shape.Namespace, "--peers", Text(shape.Connections),
            "--asking", Text(shape.AskingStreams), "--filled", Text(shape.FilledStreams), "--seconds", Text(seconds),
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The flood did not start.");
        process.PriorityClass = ProcessPriorityClass.BelowNormal;
        return new FloodProcess(process);
    }

    /// <summary>Lets it go; answers how many of its connections the server has cut.</summary>
    public async Task<int> EndAsync()
    {
        _process.StandardInput.Close();
        string said = await _process.StandardOutput.ReadToEndAsync();
        await _process.WaitForExitAsync();
        return int.Parse(said, CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
