using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Deployment.Documentation;

/// <summary>
/// A reader's shell in the clone, in which commands run as a page shows them. Only what keeps two test runs apart is different: variables
/// that move ports and folders, and a <c>dotnet</c> before the real one on the path, which takes programs as they were built with these
/// tests.
/// </summary>
internal sealed class ReaderTerminal : IAsyncDisposable
{
    private const int Sigint = 2;
    private const int Sigkill = 9;

    // Starting a cluster takes ten seconds on a machine of its own.
    private static readonly TimeSpan Outer = TimeSpan.FromMinutes(2.5);

    private readonly TemporaryFolder _folder = new();
    private readonly string[] _environment;
    private readonly List<string> _definitions = [];

    /// <param name="variables">What the shell's environment has besides the test's.</param>
    public ReaderTerminal(params string[] variables)
    {
        string shim = _folder.File("dotnet");
        File.WriteAllText(
            shim,
            $"""
            #!/usr/bin/env bash
            dotnet={DotnetCommand.Program}
            case $1 in
              build) exit 0 ;;
              run) shift && exec "$dotnet" run --no-build "$@" ;;
              *) exec "$dotnet" "$@" ;;
            esac

            """);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(shim, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        }

        string path = $"PATH={_folder.Path}:{Environment.GetEnvironmentVariable("PATH")}";
        _environment = [path, "DOTNET_NOLOGO=1", "DOTNET_CLI_TELEMETRY_OPTOUT=1", .. variables];
    }

    /// <summary>A line that sets a variable or a function, which all commands from now on see.</summary>
    public void Define(string line) => _definitions.Add(line);

    /// <summary>Runs a command to its end; answers its exit code and what it printed.</summary>
    public async Task<(int ExitCode, string Output)> RunAsync(string command)
    {
        await using ChildProcess shell = Shell(command);
        int exitCode = await shell.ExitAsync(Outer);
        var lines = new List<string>();
        while (await shell.ReadLineAsync() is { } line)
        {
            lines.Add(line);
        }

        return (exitCode, $"{string.Join('\n', lines)}\n{shell.Errors}");
    }

    /// <summary>Runs a command that must succeed; answers what it printed.</summary>
    public async Task<string> SucceedAsync(string command)
    {
        (int exitCode, string output) = await RunAsync(command);
        Assert.True(exitCode == 0, $"{command} ended with {exitCode}:\n{output}");
        return output;
    }

    /// <summary>Runs a command that stays until Ctrl-C.</summary>
    public Staying Start(string command) => new(Shell(command), command);

    public ValueTask DisposeAsync()
    {
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    // A session of its own: Ctrl-C goes to all processes of a command, as in a terminal.
    private ChildProcess Shell(string command) => ChildProcess.Start(
        command, "setsid", ["env", .. _environment, "bash", "-c", string.Join('\n', [.. _definitions, command])], Repository.Root);

    /// <summary>A command that runs until Ctrl-C.</summary>
    internal sealed class Staying(ChildProcess shell, string command) : IAsyncDisposable
    {
        /// <summary>Reads on to the first line that contains the text; answers that line.</summary>
        public async Task<string> ReadToAsync(string text)
        {
            Task<string?> found = FindAsync(text);
            await shell.Explain(found.Within(Outer, $"a line with '{text}' from {command}"));
            return await found ?? throw new InvalidOperationException($"{command} ended without a line with '{text}':\n{shell.Errors}");
        }

        /// <summary>Ctrl-C; answers the exit code.</summary>
        public Task<int> InterruptAsync()
        {
            shell.SignalSession(Sigint);
            return shell.ExitAsync(Outer);
        }

        public async ValueTask DisposeAsync()
        {
            if (!shell.Exited.IsCompleted)
            {
                shell.SignalSession(Sigkill);
            }

            await shell.DisposeAsync();
        }

        private async Task<string?> FindAsync(string text)
        {
            string? line;
            do
            {
                line = await shell.ReadLineAsync();
            }
            while (line is not null && !line.Contains(text, StringComparison.Ordinal));

            return line;
        }
    }
}
