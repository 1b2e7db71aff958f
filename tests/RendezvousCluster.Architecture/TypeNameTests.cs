using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>One name, one thing: a reader who meets the name of a type in one project knows it from the others.</summary>
public partial class TypeNameTests
{
    // Sub-commands of the tool, which never sees Core and its commands.
    private const string Subcommands = "src/RendezvousCluster.Cli/CommandLine/";

    [Fact]
    public void No_two_types_of_the_source_have_one_name()
    {
        string[] twice = Twice(
            SourceTree.Files("src").Where(file => !file.Path.StartsWith(Subcommands, StringComparison.Ordinal)));

        Assert.True(twice.Length == 0, "Give each of these types a name of its own:\n" + string.Join('\n', twice));
    }

    [Fact]
    public void Two_types_of_one_name_are_found_and_parts_of_a_type_are_not() =>
        Assert.Equal(
            ["Page: A, B"],
            Twice(
            [
                ("a.cs", "namespace A;\npublic sealed record Page(int X);\ninternal enum Kind\n{\n    Page,\n}"),
                ("b.cs", "namespace B;\ninternal readonly record struct Page<T>(T X);"),
                ("c.cs", "namespace C;\ninternal sealed partial class Host\n{\n    private sealed class Page;\n}"),
                ("c.Log.cs", "namespace C;\ninternal sealed partial class Host;"),
            ]));

    private static string[] Twice(IEnumerable<(string Path, string Text)> files) =>
    [
        .. from file in files
           let space = Space().Match(file.Text).Groups["name"].Value
           from type in Type().Matches(file.Text)
           group space by type.Groups["name"].Value into spaces
           where spaces.Distinct().Count() > 1
           select $"{spaces.Key}: {string.Join(", ", spaces.Distinct())}",
    ];

    [GeneratedRegex(@"^namespace (?<name>[\w.]+);", RegexOptions.Multiline)]
    private static partial Regex Space();

    // Nested types are indented.
    [GeneratedRegex(@"^(?:\w+ )*(?:class|record struct|record class|record|struct|enum|interface) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex Type();
}
