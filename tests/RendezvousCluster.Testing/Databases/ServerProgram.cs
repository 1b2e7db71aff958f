using System.Collections.Concurrent;
using System.Diagnostics;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Testing.Databases;

/// <summary>
/// A database server that a test run started for itself. It does not run as root, which database servers refuse, and does not outlive the
/// tests however they end: a shell beside it waits for the end of our pipe and then tells it to stop.
/// </summary>
internal sealed class ServerProgram : IAsyncDisposable
{
    private const int KeptLines = 100;

    // Debian has this user, who owns nothing, on every machine.
    private const string Nobody = "nobody";

    private readonly Process _process;
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly TaskCompletionSource _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task _exit;

    private ServerProgram(Process process, string readyLine)
    {
        _process = process;
        _exit = WatchAsync(readyLine);
    }

    /// <summary>Starts it and waits until it says that it is ready.</summary>
    /// <param name="stopSignal">What stops it in order, such as INT.</param>
    /// <param name="readyLine">What it writes to standard error when it serves.</param>
    public static async Task<ServerProgram> StartAsync(string program, IEnumerable<string> arguments, string stopSignal, string readyLine)
    {
        string shell = $"exec 3<&0; (read -r _ <&3; kill -{stopSignal} $$) >/dev/null 2>&1 & exec \"$@\" </dev/null 3<&-";
        var server = new ServerProgram(Start("sh", ["-c", shell, "sh", .. AsNobody(program, arguments)]), readyLine);
        try
        {
            await server._ready.Task.Within(TimeSpan.FromMinutes(1), $"{program} to be ready");
            return server;
        }
        catch (Exception exception)
        {
            await server.DisposeAsync();
            throw new InvalidOperationException($"{exception.Message}\n{string.Join('\n', server._lines)}", exception);
        }
    }

    /// <summary>Runs a program that makes a server's files, to its end.</summary>
    public static async Task RunAsync(string program, params IEnumerable<string> arguments)
    {
        (string name, string[] all) = AsNobody(program, arguments) is [var first, .. var rest] ? (first, rest) : (program, []);
        using Process process = Start(name, all);
        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync().Within(TimeSpan.FromMinutes(1), program);
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} ended with {process.ExitCode}:\n{errors}\n{await output}");
        }
    }

    /// <summary>Gives a folder to the user whom the server runs as.</summary>
    public static async Task GiveAsync(string folder)
    {
        if (Environment.IsPrivilegedProcess)
        {
            using Process process = Start("chown", ["-R", Nobody, folder]);
            await process.WaitForExitAsync();
        }
    }

    /// <summary>Where a program is: on the path, or in one of these folders.</summary>
    /// <param name="package">The Debian package that it comes with, for the failure.</param>
    public static string Find(string program, string package, params IEnumerable<string> folders)
    {
        IEnumerable<string> path = (Environment.GetEnvironmentVariable("PATH") ?? string.Empty).Split(':');
        return path.Concat(["/usr/sbin", .. folders]).Select(folder => Path.Combine(folder, program)).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"{program} is missing; scripts/test installs it with: apt-get install {package}");
    }

    /// <summary>SIGKILL: what it has not written is lost.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _exit.Within(awaited: "the end of the database server");
    }

    /// <summary>SIGSTOP to it and to the processes that it has started: all of it stands still until <see cref="Continue"/>.</summary>
    public void Pause()
    {
        // Itself first: it starts no more of them then.
        ProcessSignals.Pause(_process.Id);
        foreach (int child in ProcessSignals.ChildrenOf(_process.Id))
        {
            ProcessSignals.Pause(child);
        }
    }

    /// <summary>SIGCONT to all of them.</summary>
    public void Continue()
    {
        foreach (int child in ProcessSignals.ChildrenOf(_process.Id))
        {
            ProcessSignals.Continue(child);
        }

        ProcessSignals.Continue(_process.Id);
    }

    /// <summary>Tells it to stop, and waits until it has.</summary>
    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _exit.Within(awaited: "the database server to stop");
        _process.Dispose();
    }

    private static string[] AsNobody(string program, IEnumerable<string> arguments) => Environment.IsPrivilegedProcess
        ? ["setpriv", $"--reuid={Nobody}", "--clear-groups", program, .. arguments]
        : [program, .. arguments];

    private static Process Start(string program, IEnumerable<string> arguments)
    {
        var info = new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = "/",
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        info.Environment["LC_ALL"] = "C";
        return Process.Start(info)!;
    }

    private async Task WatchAsync(string readyLine)
    {
        Task output = _process.StandardOutput.ReadToEndAsync();
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            if (_lines.Count > KeptLines)
            {
                _lines.TryDequeue(out _);
            }

            if (line.Contains(readyLine, StringComparison.Ordinal))
            {
                _ready.TrySetResult();
            }
        }

        await output;
        await _process.WaitForExitAsync();
        _ready.TrySetException(new InvalidOperationException($"The database server ended with {_process.ExitCode}."));
    }
}
