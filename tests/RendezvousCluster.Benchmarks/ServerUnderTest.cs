using System.Diagnostics;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Benchmarks;

/// <summary>A server process of its own, so that its CPU time and memory are measured apart from the load generator's.</summary>
internal sealed class ServerUnderTest : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly string _directory;

    private ServerUnderTest(Process process, string directory, IReadOnlyList<Multiaddr> addresses, TimeSpan startTime)
    {
        _process = process;
        _directory = directory;
        Addresses = addresses;
        StartTime = startTime;
    }

    public IReadOnlyList<Multiaddr> Addresses { get; }

    /// <summary>From the start of the process to its addresses on standard output.</summary>
    public TimeSpan StartTime { get; }

    public int ProcessId => _process.Id;

    public TimeSpan CpuTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <summary>Starts one.</summary>
    /// <param name="memoryDatabase">Whether it keeps nothing on disk.</param>
    /// <param name="dataDirectory">Its data, deleted with it; null for none yet.</param>
    /// <param name="folder">Where its program is; the one beside this program when null.</param>
    public static async Task<ServerUnderTest> StartAsync(bool memoryDatabase, string? dataDirectory = null, string? folder = null)
    {
        string directory = dataDirectory ?? Directory.CreateTempSubdirectory("rendezvous-bench-").FullName;
        var start = new ProcessStartInfo("dotnet") { RedirectStandardOutput = true };
        string[] arguments =
        [
            Path.Combine(folder ?? AppContext.BaseDirectory, "RendezvousCluster.Server.dll"),
            "--listen", "/ip4/127.0.0.1/tcp/0",
            "--data-dir", directory,
            "--min-ttl", "60",
            .. memoryDatabase ? ["--enable-memory-database"] : Array.Empty<string>(),
        ];
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        long began = Stopwatch.GetTimestamp();
        Process process = Process.Start(start) ?? throw new InvalidOperationException("The server did not start.");
        using var limit = new CancellationTokenSource(StartLimit);
        while (await process.StandardOutput.ReadLineAsync(limit.Token) is { } line)
        {
            if (Multiaddr.TryParse(line, out Multiaddr? address))
            {
                return new ServerUnderTest(process, directory, [address], Stopwatch.GetElapsedTime(began));
            }
        }

        throw new InvalidOperationException("The server ended before it printed its address.");
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_directory, recursive: true);
    }
}
