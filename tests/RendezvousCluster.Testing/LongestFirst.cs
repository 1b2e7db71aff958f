using Xunit;
using Xunit.Abstractions;

namespace RendezvousCluster.Testing;

/// <summary>
/// Begins with the classes, or collections of classes, that take long (<see cref="TakesSecondsAttribute"/>). The runner begins them in any
/// order, and a class that takes a minute and begins last has the machine to itself, which then idles.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    /// <summary>The name of this type, for <see cref="TestCollectionOrdererAttribute"/>.</summary>
    public const string TypeName = "RendezvousCluster.Testing.LongestFirst";

    /// <summary>The name of the assembly, for <see cref="TestCollectionOrdererAttribute"/>.</summary>
    public const string AssemblyName = "RendezvousCluster.Testing";

    // The runner names the collection of a class so, and puts an id behind it.
    private const string Prefix = "Test collection for ";

    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(SecondsOf);

    private static int SecondsOf(ITestCollection collection) =>
        (collection.CollectionDefinition ?? ClassOf(collection))?.GetCustomAttributes(typeof(TakesSecondsAttribute).AssemblyQualifiedName)
            .Select(attribute => attribute.GetNamedArgument<int>(nameof(TakesSecondsAttribute.Seconds)))
            .SingleOrDefault() ?? 0;

    private static ITypeInfo? ClassOf(ITestCollection collection) => collection.DisplayName.StartsWith(Prefix, StringComparison.Ordinal)
        ? collection.TestAssembly.Assembly.GetType(collection.DisplayName[Prefix.Length..].Split(' ')[0])
        : null;
}
