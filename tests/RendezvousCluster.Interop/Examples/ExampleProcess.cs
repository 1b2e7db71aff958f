using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Examples;

/// <summary>A program of <c>examples</c>, started as its reader would start it.</summary>
internal sealed class ExampleProcess : IAsyncDisposable
{
    private readonly ChildProcess _process;

    private ExampleProcess(ChildProcess process) => _process = process;

    /// <param name="language"><c>C#</c> or <c>js</c>.</param>
    /// <param name="name">The project's name, which in small letters is the script's.</param>
    public static ExampleProcess Start(string language, string name, params string[] arguments) => new(language == "js"
        ? ChildProcess.Start(
            $"the js {name}", Repository.NodeExecutable, [$"{name.ToLowerInvariant()}.mjs", .. arguments], Repository.ExamplesJsFolder)
        : ChildProcess.Start($"the C# {name}", "dotnet", [Repository.ExampleAssembly(name), .. arguments], Repository.Root));

    /// <summary>What it has written to standard error so far.</summary>
    public string Errors => _process.Errors;

    /// <summary>The next line that it prints; a failure tells what it said on standard error.</summary>
    public async Task<string> ReadLineAsync()
    {
        Task<string?> line = _process.ReadLineAsync();
        await _process.Explain(line.Within(awaited: "a line of an example"));
        return await line ?? throw new InvalidOperationException($"The example has ended. Its standard error:\n{_process.Errors}");
    }

    /// <summary>What follows <paramref name="start"/> in the next line, which has to begin so.</summary>
    public async Task<string> ReadAfterAsync(string start)
    {
        string line = await ReadLineAsync();
        Assert.StartsWith(start, line, StringComparison.Ordinal);
        return line[start.Length..];
    }

    /// <summary>SIGTERM; answers the exit code.</summary>
    public async Task<int> TerminateAsync()
    {
        _process.Terminate();
        return await ExitAsync();
    }

    /// <summary>Waits for it to end by itself; answers its exit code.</summary>
    public Task<int> ExitAsync() => _process.ExitAsync();

    public ValueTask DisposeAsync() => _process.DisposeAsync();
}
