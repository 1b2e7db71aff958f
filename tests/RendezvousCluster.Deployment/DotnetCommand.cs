using System.Runtime.InteropServices;

namespace RendezvousCluster.Deployment;

/// <summary>
/// <c>dotnet</c> and what it installs, which share nothing with this machine's user but the SDK: no packages, no tools, no processes that
/// stay.
/// </summary>
internal static class DotnetCommand
{
    /// <summary>Each takes seconds on a machine of its own.</summary>
    private static readonly TimeSpan OuterLimit = TimeSpan.FromMinutes(2);

    /// <summary>The program.</summary>
    public static string Program => Path.Combine(Root, "dotnet");

    // Installed tools look for .NET there.
    private static string Root => Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <summary>Runs <c>dotnet</c>, which must succeed; answers what it printed.</summary>
    /// <param name="folder">Where it runs, and where packages are unpacked.</param>
    public static Task<string> RunAsync(TemporaryFolder folder, params string[] arguments) => RunProgramAsync(folder, "dotnet", arguments);

    /// <summary>Runs an installed program, which must succeed; answers what it printed.</summary>
    public static async Task<string> RunProgramAsync(TemporaryFolder folder, string program, params string[] arguments)
    {
        string[] environment =
        [
            $"DOTNET_ROOT={Root}", $"NUGET_PACKAGES={folder.File("unpacked")}", "DOTNET_CLI_TELEMETRY_OPTOUT=1", "DOTNET_NOLOGO=1",
            "MSBUILDDISABLENODEREUSE=1",
        ];
        string name = $"{Path.GetFileName(program)} {string.Join(' ', arguments)}";
        await using ChildProcess process = ChildProcess.Start(name, "env", [.. environment, program, .. arguments], folder.Path);
        int exitCode = await process.ExitAsync(OuterLimit);
        var output = new List<string>();
        while (await process.ReadLineAsync() is { } line)
        {
            output.Add(line);
        }

        string text = string.Join('\n', output);
        Assert.True(exitCode == 0, $"{name} ended with {exitCode}:\n{text}\n{process.Errors}");
        return text;
    }
}
