using System.Runtime.CompilerServices;

namespace RendezvousCluster.Architecture;

/// <summary>The repository as files: what the tests of this project read.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs = ["/node_modules/", "/obj/", "/bin/"];

    public static string Root { get; } = FindRoot();

    /// <summary>C# files below a top folder such as <c>src</c>, written by hand, with paths relative to the root.</summary>
    public static IEnumerable<(string Path, string Text)> Files(string topFolder) =>
        from file in Directory.EnumerateFiles(Path.Combine(Root, topFolder), "*.cs", SearchOption.AllDirectories)
        let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
        where !path.Contains("/obj/", StringComparison.Ordinal) && !path.Contains("/bin/", StringComparison.Ordinal)
        orderby path
        select (path, File.ReadAllText(file));

    /// <summary>The Markdown pages of the repository, relative to the root.</summary>
    public static IEnumerable<string> Pages()
    {
        string[] folders = ["docs", "examples", "src", "cluster-config", ".github"];
        return
        [
            .. from file in folders
                   .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Root, folder), "*.md", SearchOption.AllDirectories))
                   .Concat(Directory.EnumerateFiles(Root, "*.md"))
               let path = Path.GetRelativePath(Root, file).Replace('\\', '/')
               where NotOurs.All(part => !path.Contains(part, StringComparison.Ordinal))
               orderby path
               select path,
        ];
    }

    public static string Read(string path) => File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n");

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
