using RendezvousCluster.Core;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>A command on its way to the entity of its namespace. The id is made once here; the region asks for it several times.</summary>
internal sealed record NamespaceCommand
{
    private NamespaceCommand(RendezvousNamespace @namespace, object message)
    {
        EntityId = EntityIds.For(@namespace);
        Namespace = @namespace;
        Message = message;
    }

    /// <summary>The entity that it is for.</summary>
    public string EntityId { get; }

    /// <summary>The namespace that it names.</summary>
    public RendezvousNamespace Namespace { get; }

    /// <summary>A <see cref="RegisterCommand"/>, <see cref="UnregisterCommand"/> or <see cref="DiscoverQuery"/> of one namespace.</summary>
    public object Message { get; }

    /// <summary>The trace that it belongs to, in the form of W3C's traceparent; null when nobody traces it.</summary>
    public string? TraceParent { get; init; }

    internal static NamespaceCommand For(RegisterCommand command) => new(command.Namespace, command);

    internal static NamespaceCommand For(UnregisterCommand command) => new(RequireNamespace(command.Namespace), command);

    internal static NamespaceCommand For(DiscoverQuery query) => new(query.Namespace, query);

    internal static RendezvousNamespace RequireNamespace(RendezvousNamespace? @namespace) =>
        @namespace ?? throw new ArgumentException("A command for all namespaces has no entity.", nameof(@namespace));
}
