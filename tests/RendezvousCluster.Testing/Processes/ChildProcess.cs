using System.Collections.Concurrent;
using System.Diagnostics;
using System.Threading.Channels;

namespace RendezvousCluster.Testing.Processes;

/// <summary>
/// A program that a test started. Its standard output is read line by line, its standard error is kept for failure messages, and
/// it does not outlive the test.
/// </summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private const int KeptErrorLines = 200;

    private readonly string _name;
    private readonly Process _process;
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly Channel<string> _lines = Channel.CreateBounded<string>(10_000);
    private readonly Action<string>? _said;
    private readonly Task<int> _exit;

    private ChildProcess(string name, Process process, Action<string>? said)
    {
        _name = name;
        _process = process;
        _said = said;
        _exit = RunAsync();
    }

    /// <summary>Ends with the process; its exit code.</summary>
    public Task<int> Exited => _exit;

    /// <summary>Its number.</summary>
    public int Id => _process.Id;

    /// <summary>The memory that it takes now.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    public StreamWriter Input => _process.StandardInput;

    /// <summary>What it has written to standard error so far; of a long text the end.</summary>
    public string Errors => string.Join('\n', _errors);

    /// <remarks>
    /// It gets every signal as a program gets it that a terminal has started. A test run that was started in the background, or by nohup,
    /// ignores some signals and would hand that down: what Ctrl-C or the end of a terminal does could not be tested then.
    /// </remarks>
    /// <param name="name">What failure messages call it.</param>
    /// <param name="program">The program.</param>
    /// <param name="arguments">Its arguments.</param>
    /// <param name="workingDirectory">Where it runs.</param>
    /// <param name="said">Gets every line of its standard error, one after the other; null: only the end of a long text is kept.</param>
    public static ChildProcess Start(
        string name, string program, IEnumerable<string> arguments, string workingDirectory, Action<string>? said = null)
    {
        var info = new ProcessStartInfo("env", ["--default-signal", program, .. arguments])
        {
            WorkingDirectory = workingDirectory,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        return new ChildProcess(name, Process.Start(info)!, said);
    }

    /// <summary>The next line of standard output, or null when it has ended.</summary>
    public async Task<string?> ReadLineAsync() =>
        await _lines.Reader.WaitToReadAsync() && _lines.Reader.TryRead(out string? line) ? line : null;

    /// <summary>Waits for the end of the process, and answers its exit code.</summary>
    public async Task<int> ExitAsync(TimeSpan? timeout = null)
    {
        await Explain(_exit.Within(timeout, $"the end of {_name}"));
        return await _exit;
    }

    /// <summary>SIGKILL: it gets no chance to do anything.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await ExitAsync();
    }

    /// <summary>SIGTERM: asks it to end.</summary>
    public void Terminate() => ProcessSignals.Terminate(_process.Id);

    /// <summary>SIGINT: what Ctrl-C does.</summary>
    public void Interrupt() => ProcessSignals.Interrupt(_process.Id);

    /// <summary>Any signal, by its number.</summary>
    public void Signal(int signal) => ProcessSignals.Send(_process.Id, signal);

    /// <summary>Any signal, to the process and all that it started, if it began a session of its own (<c>setsid</c>).</summary>
    public void SignalSession(int signal) => ProcessSignals.Send(-_process.Id, signal);

    /// <summary>SIGSTOP: it stands still, as in a long pause of its machine.</summary>
    public void Pause() => ProcessSignals.Pause(_process.Id);

    /// <summary>SIGCONT: it goes on.</summary>
    public void Continue() => ProcessSignals.Continue(_process.Id);

    /// <summary>Adds to a failure what the process has said on standard error.</summary>
    public async Task Explain(Task task)
    {
        try
        {
            await task;
        }
        catch (Exception exception)
        {
            string state = _exit.IsCompletedSuccessfully ? $"ended with exit code {_exit.Result}" : "is still running";
            throw new InvalidOperationException($"{exception.Message}\n{_name} {state}. Its standard error:\n{Errors}", exception);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (!_exit.IsCompleted)
        {
            await KillAsync();
        }

        _process.Dispose();
    }

    private async Task<int> RunAsync()
    {
        Task errors = ReadErrorsAsync();
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            await _lines.Writer.WriteAsync(line);
        }

        await errors;
        await _process.WaitForExitAsync();
        _lines.Writer.Complete();
        return _process.ExitCode;
    }

    private async Task ReadErrorsAsync()
    {
        while (await _process.StandardError.ReadLineAsync() is { } line)
        {
            _said?.Invoke(line);
            _errors.Enqueue(line);
            if (_errors.Count > KeptErrorLines)
            {
                _errors.TryDequeue(out _);
            }
        }
    }
}
