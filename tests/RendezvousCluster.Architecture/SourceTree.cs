using System.Runtime.CompilerServices;

namespace RendezvousCluster.Architecture;

/// <summary>The repository as files: what the tests of this project read.</summary>
internal static class SourceTree
{
    public static string Root { get; } = FindRoot();

    /// <summary>C# files below a top folder such as <c>src</c>, written by hand, with paths relative to the root.</summary>
    public static IEnumerable<(string Path, string Text)> Files(string topFolder) =>
        from file in Directory.EnumerateFiles(Path.Combine(Root, topFolder), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        orderby path
        select (path, File.ReadAllText(file));

    /// <summary>Where this project keeps its files of expectations.</summary>
    public static string Expectation(string name, [CallerFilePath] string callerPath = "") =>
        Path.Combine(Path.GetDirectoryName(callerPath)!, "Expected", name);

    private static string FindRoot([CallerFilePath] string callerPath = "")
    {
        string? folder = Path.GetDirectoryName(callerPath);
        while (folder is not null && !File.Exists(Path.Combine(folder, "RendezvousCluster.sln")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException($"No RendezvousCluster.sln above {callerPath}.");
    }
}
