using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Client.Tests.Documentation;

/// <summary>
/// A program in C# that stands in a page of the documentation, as a reader copies it into a project of a console program, or of a web
/// application if it builds one.
/// </summary>
/// <param name="Page">The path of the page in the repository.</param>
/// <param name="Line">The line at which it begins.</param>
/// <param name="Code">The program.</param>
internal sealed partial record Sample(string Page, int Line, string Code)
{
    // The namespaces that the SDK imports into a new project by itself.
    private static readonly string[] ConsoleImports =
    [
        "System", "System.Collections.Generic", "System.IO", "System.Linq", "System.Net.Http", "System.Threading", "System.Threading.Tasks",
    ];

    private static readonly string[] WebImports =
    [
        "System.Net.Http.Json", "Microsoft.AspNetCore.Builder", "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Http",
        "Microsoft.AspNetCore.Routing", "Microsoft.Extensions.Configuration", "Microsoft.Extensions.DependencyInjection",
        "Microsoft.Extensions.Hosting", "Microsoft.Extensions.Logging",
    ];

    /// <summary>The pages that belong to the repository.</summary>
    public static IEnumerable<string> Pages()
    {
        string[] folders = ["docs", "examples", "src"];
        return folders
            .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.md", SearchOption.AllDirectories))
            .Concat(Directory.EnumerateFiles(Repository.Root, "*.md"))
            .Select(page => Path.GetRelativePath(Repository.Root, page).Replace('\\', '/'))
            .Where(page => !page.Contains("/node_modules/", StringComparison.Ordinal) && !page.Contains("/bin/", StringComparison.Ordinal));
    }

    /// <summary>The samples of a page, in order.</summary>
    public static IEnumerable<Sample> In(string page)
    {
        string text = File.ReadAllText(Path.Combine(Repository.Root, page)).ReplaceLineEndings("\n");
        return Fence().Matches(text).Select(
            fence => new Sample(page, text.AsSpan(0, fence.Index).Count('\n') + 2, fence.Groups["code"].Value));
    }

    /// <summary>Compiles it against what its readers compile against: this library, the framework and ASP.NET Core.</summary>
    /// <param name="program">Where the program goes; null when only the faults are wanted.</param>
    /// <returns>Errors and warnings, with the page and the line.</returns>
    public IReadOnlyList<string> Compile(Stream? program = null)
    {
        bool isWeb = Code.Contains("WebApplication", StringComparison.Ordinal);
        IEnumerable<string> imports = isWeb ? ConsoleImports.Concat(WebImports) : ConsoleImports;
        SyntaxTree[] sources =
        [
            CSharpSyntaxTree.ParseText(string.Concat(imports.Select(name => $"global using global::{name};\n"))),
            CSharpSyntaxTree.ParseText(Code),
        ];
        var compilation = CSharpCompilation.Create(
            "sample",
            sources,
            References(),
            new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        EmitResult emitted = compilation.Emit(program ?? Stream.Null);
        return
        [
            .. from fault in emitted.Diagnostics
               where fault.Severity >= DiagnosticSeverity.Warning
               select $"{Page}:{Line + fault.Location.GetLineSpan().StartLinePosition.Line}: {fault.Id} {fault.GetMessage()}",
        ];
    }

    // A reader has neither the tests' own libraries nor the server.
    private static IEnumerable<MetadataReference> References()
    {
        string[] ours = ["RendezvousCluster.Client", "RendezvousCluster.Libp2p", "RendezvousCluster.Protocol"];
        string framework = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        string web = Path.GetDirectoryName(typeof(Microsoft.AspNetCore.Builder.WebApplication).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => ours.Contains(Path.GetFileNameWithoutExtension(path))
                || Path.GetDirectoryName(path) is { } folder && (folder == framework || folder == web))
            .Select(path => MetadataReference.CreateFromFile(path));
    }

    [GeneratedRegex("^```(?:csharp|cs|c#|C#)[^\n]*\n(?<code>.*?)^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();
}
