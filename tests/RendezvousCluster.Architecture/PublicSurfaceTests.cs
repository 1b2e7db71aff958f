using System.Reflection;
using System.Text;

namespace RendezvousCluster.Architecture;

/// <summary>
/// What each library offers to others stands in a text file, so that nothing becomes public by accident. After a wanted change, run with
/// <c>UPDATE_EXPECTED=1</c> and commit the file.
/// </summary>
public class PublicSurfaceTests
{
    [Theory]
    [InlineData("RendezvousCluster.Libp2p")]
    [InlineData("RendezvousCluster.Libp2p.Kestrel")]
    [InlineData("RendezvousCluster.Protocol")]
    [InlineData("RendezvousCluster.Core")]
    [InlineData("RendezvousCluster.Registry")]
    [InlineData("RendezvousCluster.Client")]
    public void The_public_surface_is_that_of_the_file(string assembly) =>
        Expected.Equals($"{assembly}.PublicSurface.txt", Describe(Assembly.Load(assembly)));

    private static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Kind(type)).Append(' ').Append(type.FullName).Append('\n');
            foreach (string member in Members(type).Order(StringComparer.Ordinal))
            {
                text.Append("    ").Append(member).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string Kind(Type type) => type switch
    {
        { IsEnum: true } => "enum",
        { IsInterface: true } => "interface",
        { IsValueType: true } => "struct",
        { IsAbstract: true, IsSealed: true } => "static class",
        { IsAbstract: true } => "abstract class",
        { IsSealed: true } => "sealed class",
        _ => "class",
    };

    private static IEnumerable<string> Members(Type type)
    {
        const BindingFlags Declared =
            BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;
        foreach (MemberInfo member in type.GetMembers(Declared))
        {
            switch (member)
            {
                case FieldInfo { IsPublic: true, IsSpecialName: false } field:
                    yield return $"{field} {(type.IsEnum ? "= " + field.GetRawConstantValue() : "")}".TrimEnd();
                    break;
                case ConstructorInfo { IsPublic: true } or ConstructorInfo { IsFamily: true }:
                    yield return member.ToString()!;
                    break;
                case MethodInfo method when (method.IsPublic || method.IsFamily) && !method.Name.Contains('<'):
                    yield return $"{(method.IsStatic ? "static " : "")}{method}";
                    break;
                default:
                    break; // private, or seen through its accessors
            }
        }
    }
}
