using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>
/// What a page names is there: files and folders, the headings that links point to, and each page in the index of its folder.
/// </summary>
public partial class DocumentationTests
{
    private static readonly string[] Roots = ["src", "tests", "docs", "examples", "scripts", "cluster-config", ".github"];

    // A page names sources as "Server/FrontEnd/X.cs", below src/RendezvousCluster.Server.
    private static readonly string[] Projects =
    [
        .. Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src"), "RendezvousCluster.*")
            .Select(folder => Path.GetFileName(folder)["RendezvousCluster.".Length..]),
    ];

    public static TheoryData<string> Pages => new(SourceTree.Pages());

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_link_of_a_page_leads_to_a_file_and_a_heading(string page)
    {
        string folder = Path.GetDirectoryName(page)!;
        string[] dead = [.. Links(SourceTree.Read(page)).Where(link => !Leads(page, folder, link))];

        Assert.True(dead.Length == 0, $"{page} links to what is not there:\n{string.Join('\n', dead)}");
    }

    [Theory]
    [MemberData(nameof(Pages))]
    public void Every_path_that_a_page_names_exists(string page)
    {
        string[] missing = [.. Paths(SourceTree.Read(page)).Where(path => !Exists(path)).Distinct()];

        Assert.True(missing.Length == 0, $"{page} names what is not there:\n{string.Join('\n', missing)}");
    }

    [Fact]
    public void Every_page_that_the_source_names_exists()
    {
        string[] missing =
        [
            .. from file in SourceTree.Files("src").Concat(SourceTree.Files("examples")).Concat(SourceTree.Files("tests"))
               where !file.Path.StartsWith("tests/RendezvousCluster.Architecture/", StringComparison.Ordinal)
               from page in NamedPage().Matches(file.Text).Select(match => match.Value)
               where !Path.Exists(Path.Combine(SourceTree.Root, page))
               select $"{file.Path}: {page}",
        ];

        Assert.True(missing.Length == 0, $"The source names pages that are not there:\n{string.Join('\n', missing)}");
    }

    [Theory]
    [InlineData("docs/README.md", "docs")]
    [InlineData("docs/operations/README.md", "docs/operations")]
    [InlineData("docs/internals/README.md", "docs/internals")]
    [InlineData("docs/internals/decisions/README.md", "docs/internals/decisions")]
    public void The_index_of_a_folder_lists_all_its_pages(string index, string folder)
    {
        string[] there =
            [.. Directory.EnumerateFiles(Path.Combine(SourceTree.Root, folder), "*.md").Select(file => Path.GetFileName(file))];
        string text = SourceTree.Read(index);

        string[] unlisted = [.. there.Where(page => page != "README.md" && !text.Contains($"]({page})", StringComparison.Ordinal))];
        Assert.True(unlisted.Length == 0, $"{index} does not list {string.Join(", ", unlisted)}");
    }

    [Fact]
    public void Dead_links_and_missing_paths_are_found()
    {
        Assert.False(Leads("docs/README.md", "docs", "nowhere.md"));
        Assert.False(Leads("docs/README.md", "docs", "tutorial.md#nowhere"));
        Assert.True(Leads("docs/README.md", "docs", "operations/cluster.md#certificates-between-nodes"));
        Assert.Equal(
            ["src/X.cs", "Server/FrontEnd/Nobody.cs"],
            Paths("`src/X.cs`, `Server/FrontEnd/Nobody.cs` and `/healthz`, `a/b`").Where(path => !Exists(path)));
        Assert.True(Exists("Core/Namespaces/NamespaceState*.cs"));
        Assert.True(Exists("scripts/test"));
    }

    private static IEnumerable<string> Links(string text) =>
        Link().Matches(WithoutCode(text)).Select(match => match.Groups["to"].Value)
            .Where(to => !to.Contains("://", StringComparison.Ordinal) && !to.StartsWith("mailto:", StringComparison.Ordinal));

    private static bool Leads(string page, string folder, string link)
    {
        string[] parts = link.Split('#');
        string target = parts[0].Length == 0 ? page : Path.Combine(folder, parts[0]);
        string full = Path.Combine(SourceTree.Root, target);
        return parts.Length == 1 ? Path.Exists(full) : File.Exists(full) && Anchors(File.ReadAllText(full)).Contains(parts[1]);
    }

    /// <summary>As GitHub makes them: lower case, without punctuation, a hyphen for each space.</summary>
    private static IEnumerable<string> Anchors(string text) =>
        Heading().Matches(WithoutCode(text))
            .Select(match => NotInAnchors().Replace(match.Groups["title"].Value.ToLowerInvariant(), "").Replace(' ', '-'));

    private static IEnumerable<string> Paths(string text) =>
        Quoted().Matches(text).Select(match => match.Groups["path"].Value.TrimEnd('/'))
            .Where(path => Roots.Contains(path.Split('/')[0]) || Projects.Contains(path.Split('/')[0]));

    private static bool Exists(string path)
    {
        string first = path.Split('/')[0];
        string full = Path.Combine(SourceTree.Root, Projects.Contains(first) ? $"src/RendezvousCluster.{path}" : path);
        string folder = Path.GetDirectoryName(full)!;
        return path.Contains('*', StringComparison.Ordinal)
            ? Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder, Path.GetFileName(full)).Any()
            : Path.Exists(full);
    }

    private static string WithoutCode(string text) => Fence().Replace(text, "");

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#{1,6}\s+(?<title>.+?)\s*$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\p{L}\p{N}\- _]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\bdocs/[\w.\-/]+\.md\b")]
    private static partial Regex NamedPage();

    // A path in code quotes, alone or as the first word of a command.
    [GeneratedRegex(@"`(?<path>\.?[A-Za-z][\w.\-]*(/[\w.\-*]+)+/?)[`\s]")]
    private static partial Regex Quoted();
}
