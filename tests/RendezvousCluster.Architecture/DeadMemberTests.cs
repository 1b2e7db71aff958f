using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>
/// A method, a property's getter or a field that is not part of the public surface and that no code under <c>src</c> names is dead, or
/// lives for tests only. The compiler finds unused private members only, and analyzers take a test for a user.
/// </summary>
public partial class DeadMemberTests
{
    private const string UsedByTestsOnly = "UsedByTestsOnly.txt";

    [Fact]
    public void Every_internal_member_is_used_by_the_source()
    {
        string[] dead = [.. DeadMembers().Select(member => $"{member}").Distinct().Order(StringComparer.Ordinal)];
        string list = SourceTree.Expectation(UsedByTestsOnly);
        string[] known = File.ReadAllLines(list);
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") is { Length: > 0 })
        {
            File.WriteAllText(list, string.Concat(known.Intersect(dead).Select(member => $"{member}\n")));
        }

        Assert.True(
            !dead.Except(known).Any(),
            $"No code under src names these; remove them, or, if a test cannot do without, add them to {UsedByTestsOnly}:\n"
            + string.Join('\n', dead.Except(known)));
    }

    [Fact]
    public void A_member_that_is_used_is_not_reported_and_an_unused_one_is()
    {
        HashSet<MemberName> own = [.. ReadAll(typeof(DeadMemberTests).Assembly.Location, References)];

        Assert.Contains(new MemberName(typeof(IlReferences).FullName!, nameof(IlReferences.Of)), own);
        Assert.DoesNotContain(new MemberName(typeof(DeadMemberTests).FullName!, nameof(Unused)), own);
        Assert.Contains(
            new MemberName(typeof(DeadMemberTests).FullName!, nameof(Unused)),
            ReadAll(typeof(DeadMemberTests).Assembly.Location, Internals));
    }

    [Fact]
    public void Every_internal_constant_is_used_by_the_source()
    {
        (string Path, string Text)[] files = [.. SourceTree.Files("src")];
        IEnumerable<string> code = files.Select(file => TidyText.WithoutCommentsAndStrings(file.Text));
        IEnumerable<string> holes = files.SelectMany(file => Hole().Matches(file.Text)).Select(hole => hole.Value);
        ILookup<string, string> words =
            code.Concat(holes).SelectMany(text => Word().Matches(text)).Select(word => word.Value).ToLookup(word => word);
        string[] dead =
        [
            .. from file in files
               from constant in Constant().Matches(TidyText.WithoutCommentsAndStrings(file.Text))
               let name = constant.Groups["name"].Value
               where words[name].Count() < 2
               select $"{file.Path}: {name}",
        ];

        Assert.True(dead.Length == 0, "No code under src names these; remove them:\n" + string.Join('\n', dead));
    }

    // nameof is a constant, and no use.
    internal static void Unused() => Unused();

    [GeneratedRegex(@"\binternal const \w+ (?<name>\w+)")]
    private static partial Regex Constant();

    [GeneratedRegex(@"\w+")]
    private static partial Regex Word();

    // What an interpolated string names.
    [GeneratedRegex(@"\{[^{}\n]*\}")]
    private static partial Regex Hole();

    private static IEnumerable<MemberName> DeadMembers()
    {
        string[] assemblies =
        [
            .. from folder in Directory.EnumerateDirectories(Path.Combine(SourceTree.Root, "src"), "RendezvousCluster.*")
               let assembly = Path.Combine(AppContext.BaseDirectory, Path.GetFileName(folder) + ".dll")
               select File.Exists(assembly)
                   ? assembly
                   : throw new FileNotFoundException("Let this project refer to all projects of src.", assembly),
        ];
        HashSet<MemberName> used = [.. assemblies.SelectMany(assembly => ReadAll(assembly, References))];
        return assemblies.SelectMany(assembly => ReadAll(assembly, Internals)).Where(member => !used.Contains(member));
    }

    private static List<MemberName> ReadAll(string assembly, Func<MetadataReader, PEReader, IEnumerable<MemberName>> read)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        return [.. read(file.GetMetadataReader(), file)];
    }

    private static IEnumerable<MemberName> References(MetadataReader metadata, PEReader file) =>
        IlReferences.Of(metadata, file.GetMethodBody);

    private static IEnumerable<MemberName> Internals(MetadataReader metadata, PEReader file)
    {
        foreach (TypeDefinitionHandle handle in metadata.TypeDefinitions)
        {
            TypeDefinition type = metadata.GetTypeDefinition(handle);
            string name = IlReferences.FullName(metadata, handle);
            if (name.Contains('<', StringComparison.Ordinal) || IsGenerated(metadata, type.GetCustomAttributes())
                || IsSerializerContext(metadata, type))
            {
                continue;
            }

            bool isPublic = IsPublic(metadata, type);
            foreach (MethodDefinition method in type.GetMethods().Select(metadata.GetMethodDefinition))
            {
                string member = metadata.GetString(method.Name);
                if (!(isPublic && IsVisible(method.Attributes)) && !method.Attributes.HasFlag(MethodAttributes.Virtual)
                    && !IsLanguage(member) && !IsSynthesized(metadata, method, member))
                {
                    yield return new(name, member);
                }
            }

            // A constant is copied to its users, and an event's and an automatic property's field is their own business.
            foreach (FieldDefinition field in type.GetFields().Select(metadata.GetFieldDefinition))
            {
                string member = metadata.GetString(field.Name);
                if (!(isPublic && IsVisible((MethodAttributes)field.Attributes)) && !field.Attributes.HasFlag(FieldAttributes.Literal)
                    && !field.Attributes.HasFlag(FieldAttributes.SpecialName) && !IsLanguage(member)
                    && !IsGenerated(metadata, field.GetCustomAttributes()))
                {
                    yield return new(name, member);
                }
            }
        }
    }

    // The bits of access are the same for methods and fields.
    private static bool IsVisible(MethodAttributes attributes) => (attributes & MethodAttributes.MemberAccessMask)
        is MethodAttributes.Public or MethodAttributes.Family or MethodAttributes.FamORAssem;

    private static bool IsPublic(MetadataReader metadata, TypeDefinition type) => (type.Attributes & TypeAttributes.VisibilityMask) switch
    {
        TypeAttributes.Public => true,
        TypeAttributes.NestedPublic => IsPublic(metadata, metadata.GetTypeDefinition(type.GetDeclaringType())),
        _ => false,
    };

    // Constructors are called by containers, setters by binders and initializers; events come in pairs; operators belong together.
    private static bool IsLanguage(string member) =>
        member.StartsWith('.') || member.Contains('<', StringComparison.Ordinal) || member.StartsWith("set_", StringComparison.Ordinal)
        || member.StartsWith("add_", StringComparison.Ordinal) || member.StartsWith("remove_", StringComparison.Ordinal)
        || member.StartsWith("op_", StringComparison.Ordinal);

    // Records get members that nobody wrote. The getter of an automatic property is marked as well, and is somebody's.
    private static bool IsSynthesized(MetadataReader metadata, MethodDefinition method, string member) =>
        !member.StartsWith("get_", StringComparison.Ordinal) && IsGenerated(metadata, method.GetCustomAttributes())
        || member is "get_EqualityContract" or "Deconstruct" or "PrintMembers";

    private static bool IsGenerated(MetadataReader metadata, CustomAttributeHandleCollection attributes) => attributes
        .Select(handle => metadata.GetCustomAttribute(handle).Constructor)
        .Where(constructor => constructor.Kind == HandleKind.MemberReference)
        .Select(constructor => metadata.GetMemberReference((MemberReferenceHandle)constructor).Parent)
        .Where(parent => parent.Kind == HandleKind.TypeReference)
        .Select(parent => metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)parent).Name))
        .Contains("CompilerGeneratedAttribute");

    // Its members are what the generator of serializers makes for each type, needed or not.
    private static bool IsSerializerContext(MetadataReader metadata, TypeDefinition type) =>
        type.BaseType.Kind == HandleKind.TypeReference
        && metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)type.BaseType).Name) == "JsonSerializerContext";
}
