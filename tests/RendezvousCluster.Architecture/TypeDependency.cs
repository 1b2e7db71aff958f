namespace RendezvousCluster.Architecture;

/// <summary>A type of an assembly that names another type of it; a nested type counts as the type around it.</summary>
internal readonly record struct TypeDependency(OuterType From, OuterType To);

/// <summary>A type that is not nested.</summary>
internal readonly record struct OuterType(string Namespace, string Name);
