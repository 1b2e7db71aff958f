using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Entities;

namespace RendezvousCluster.Registry.Tests.Entities;

public sealed class AwakeNamespacesTests
{
    private readonly AwakeNamespaces _namespaces = new();

    [Fact]
    public void The_largest_come_first_and_no_more_than_asked_for()
    {
        Add("small", 1);
        Add("largest", 9);
        Add("large", 5);

        Assert.Equal([("largest", 9), ("large", 5)], Largest(2));
        Assert.Equal(["largest", "large", "small"], Largest(10).Select(size => size.Name));
    }

    [Fact]
    public void A_namespace_has_the_size_that_its_entity_said_last()
    {
        AwakeNamespaces.Entry entry = Add("chat", 1);

        entry.Registrations = 4;

        Assert.Equal([("chat", 4)], Largest(1));
        _namespaces.Remove("chat", entry);
        Assert.Empty(Largest(1));
    }

    /// <summary>The one that leaves memory late, because it waits for a write.</summary>
    [Fact]
    public void An_entity_that_ends_late_takes_nothing_from_its_successor()
    {
        AwakeNamespaces.Entry earlier = Add("chat", 1);
        Add("chat", 2);

        _namespaces.Remove("chat", earlier);

        Assert.Equal([("chat", 2)], Largest(1));
    }

    private AwakeNamespaces.Entry Add(string name, int registrations)
    {
        AwakeNamespaces.Entry entry = _namespaces.Add(name, RendezvousNamespace.Parse(name));
        entry.Registrations = registrations;
        return entry;
    }

    private (string Name, int Registrations)[] Largest(int top) =>
        [.. _namespaces.Largest(top).Select(size => (size.Name.ToString(), size.Registrations))];
}
