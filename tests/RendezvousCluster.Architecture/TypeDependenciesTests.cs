using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;

namespace RendezvousCluster.Architecture;

public class TypeDependenciesTests
{
    [Theory]
    [InlineData("AsBase")]
    [InlineData("AsInterface")]
    [InlineData("AsAttributeAttribute")]
    [InlineData("AsField")]
    [InlineData("AsParameter")]
    [InlineData("AsConstraint")]
    [InlineData("AsTypeArgument")]
    [InlineData("AsCreated")]
    [InlineData("AsCalled")]
    [InlineData("AsTypeOf")]
    public void A_type_that_another_one_names_is_found(string place) =>
        Assert.Contains(Own(), dependency => dependency.From.Name == nameof(NamesAll) && dependency.To.Name == place);

    [Theory]
    [InlineData("AsNameOf")]
    [InlineData("NamesAll")]
    public void A_constant_and_the_type_itself_are_not_found(string place) =>
        Assert.DoesNotContain(Own(), dependency => dependency.From.Name == nameof(NamesAll) && dependency.To.Name == place);

    private static IReadOnlySet<TypeDependency> Own()
    {
        using var file = new PEReader(File.OpenRead(typeof(TypeDependenciesTests).Assembly.Location));
        return TypeDependencies.Of(file.GetMetadataReader(), file.GetMethodBody);
    }
}

internal interface AsInterface;

internal class AsBase;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class AsAttributeAttribute : Attribute;

internal sealed class AsField;

internal sealed class AsParameter;

internal interface AsConstraint;

internal sealed class AsTypeArgument;

internal sealed class AsCreated;

internal static class AsCalled
{
    public static bool Call() => true;
}

internal sealed class AsTypeOf;

internal sealed class AsNameOf;

internal sealed class NamesAll : AsBase, AsInterface
{
    public AsField? Field { get; set; }

    [AsAttribute]
    public static bool Take(AsParameter[] some, List<Nested> others) => some.Length == others.Count && AsCalled.Call();

    public static object[] Constrain<T>()
        where T : AsConstraint
    {
        // A lambda has a type of its own, nested in this one.
        Func<object> later = () => new AsCreated();
        later();
        return [Array.Empty<AsTypeArgument>(), typeof(AsTypeOf), nameof(AsNameOf)];
    }

    internal sealed class Nested;
}
