using System.Diagnostics;
using System.Globalization;
using RendezvousCluster.Testing.Hostile;

namespace RendezvousCluster.Benchmarks;

/// <summary>A flood in a process of its own, which gives way to the server and to the honest peer.</summary>
internal sealed class AttackerProcess : IAsyncDisposable
{
    private readonly Process _process;

    private AttackerProcess(Process process) => _process = process;

    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public static AttackerProcess Start(int port, FloodShape shape, int seconds)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true, RedirectStandardInput = true };
        string[] arguments =
        [
            typeof(AttackerProcess).Assembly.Location, "attack",
            "--port", Text(port), "--muxer", shape.Muxer, "--namespace", shape.Namespace, "--peers", Text(shape.Connections),
            "--asking", Text(shape.AskingStreams), "--filled", Text(shape.FilledStreams), "--seconds", Text(seconds),
        ];
        Array.ForEach(arguments, start.ArgumentList.Add);
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The attacker did not start.");
        process.PriorityClass = ProcessPriorityClass.BelowNormal;
        return new AttackerProcess(process);
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
