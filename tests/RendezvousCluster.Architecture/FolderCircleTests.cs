using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace RendezvousCluster.Architecture;

/// <summary>
/// A folder of a project is a room: it can be read, tested and replaced with what it depends on, and without what depends on it. Rooms in a
/// circle are one room with walls in the way. Namespaces follow folders, so the compiled references between namespaces are those between
/// folders.
/// </summary>
/// <remarks>
/// Folders are compared where their paths part: what a folder within Transports names in Hosting, Transports names. What a folder and one
/// within it name of each other is inside one room. The circles that were there before the rule are listed, and the list only shrinks:
/// with <c>UPDATE_EXPECTED</c> set, what is gone leaves it.
/// </remarks>
public class FolderCircleTests
{
    private const string PairsFile = "FolderPairs.txt";
    private const string CirclesFile = "FoldersInCircles.txt";

    [Fact]
    public void Folders_do_not_name_each_other()
    {
        ILookup<(string, string), TypeDependency> references = Projects().SelectMany(References).ToLookup(Arrow);
        ILookup<string, string> pairs = Circles.Pairs(references.Select(group => group.Key)).ToLookup(
            pair => $"{pair.First} {pair.Second}",
            pair => Text(references[(pair.First, pair.Second)]) + "\n" + Text(references[(pair.Second, pair.First)]));
        CheckList(PairsFile, "Two folders name each other; move a type to where it belongs:", pairs);

        static string Text(IEnumerable<TypeDependency> references) => string.Join(
            '\n', references.Select(reference => $"  {Full(reference.From)} -> {Full(reference.To)}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Folders_depend_on_each_other_in_no_circle()
    {
        ILookup<string, string> folders = Projects()
            .SelectMany(project => Circles.Groups(References(project).Select(Arrow)))
            .SelectMany(circle => circle.Select(folder => (folder, circle)))
            .ToLookup(member => member.folder, member => "  in a circle with " + string.Join(", ", member.circle));
        CheckList(CirclesFile, "From these folders references lead back to them:", folders);
    }

    private static void CheckList(string fileName, string instead, ILookup<string, string> found)
    {
        string list = SourceTree.Expectation(fileName);
        string[] known = File.ReadAllLines(list);
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") is { Length: > 0 })
        {
            File.WriteAllText(list, string.Concat(known.Where(found.Contains).Select(line => line + "\n")));
            return;
        }

        string[] added = [.. from line in found where !known.Contains(line.Key) select $"{line.Key}\n{line.First()}"];
        Assert.True(added.Length == 0, $"{instead}\n{string.Join('\n', added)}");
        string[] gone = [.. known.Where(line => !found.Contains(line))];
        Assert.True(gone.Length == 0, $"Not so any more; they leave {fileName} with UPDATE_EXPECTED=1:\n{string.Join('\n', gone)}");
    }

    private static IEnumerable<string> Projects() =>
        from folder in Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src"), "RendezvousCluster.*")
        orderby folder
        select Path.GetFileName(folder);

    // What generators add, and files that projects share, have namespaces of their own.
    private static IEnumerable<TypeDependency> References(string project)
    {
        using var file = new PEReader(File.OpenRead(Path.Combine(AppContext.BaseDirectory, project + ".dll")));
        return
        [
            .. from reference in TypeDependencies.Of(file.GetMetadataReader(), file.GetMethodBody)
               where IsOf(project, reference.From) && IsOf(project, reference.To)
               select reference,
        ];
    }

    private static bool IsOf(string project, OuterType type) => type.Namespace.StartsWith(project, StringComparison.Ordinal);

    private static (string From, string To) Arrow(TypeDependency reference)
    {
        string[] from = reference.From.Namespace.Split('.'), to = reference.To.Namespace.Split('.');
        int shared = from.Zip(to, (one, other) => one == other).TakeWhile(isSame => isSame).Count();
        return shared == from.Length || shared == to.Length
            ? ("", "")
            : (string.Join('.', from[..(shared + 1)]), string.Join('.', to[..(shared + 1)]));
    }

    private static string Full(OuterType type) => $"{type.Namespace}.{type.Name}";
}
