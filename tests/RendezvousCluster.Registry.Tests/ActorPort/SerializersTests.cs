using System.Collections;
using System.Reflection;
using System.Runtime.Serialization;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.ActorPort;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Registry.Serialization;
using static RendezvousCluster.Testing.Frames.NodeFrames;

namespace RendezvousCluster.Registry.Tests.ActorPort;

/// <summary>Which serializers a running node has, and what they read.</summary>
public sealed class SerializersTests : IAsyncLifetime
{
    private const string SomeType = "System.IO.FileSystemWatcher, System.IO.FileSystem.Watcher";
    private const string StateManifest = "AA";

    private RegistryNode? _node;

    private Akka.Serialization.Serialization Serialization => _node!.System.Serialization;

    public async Task InitializeAsync() =>
        _node = await RegistryNode.StartAsync(
            new FakeTimeProvider(DateTimeOffset.UnixEpoch.AddYears(60)), options => options.Storage = RegistryStorage.Memory);

    public async Task DisposeAsync() => await _node!.DisposeAsync();

    [Fact]
    public void No_serializer_is_there_that_is_neither_the_registry_s_nor_pinned_nor_a_refusal()
    {
        var byId = (IDictionary)typeof(Akka.Serialization.Serialization)
            .GetField("_serializersById", BindingFlags.NonPublic | BindingFlags.Instance)!.GetValue(Serialization)!;
        var found = byId.Keys.Cast<int>().ToDictionary(id => id, id => byId[id]!.GetType());

        int[] pinned =
            [.. ReadableMessages.All.Select(message => message.SerializerId).Distinct().Where(id => id != RegistrySerializer.Id)];
        Assert.Equal([RefusingSerializer.Id, .. pinned, RegistrySerializer.Id], found.Keys.Order());
        Assert.All(pinned, id => Assert.Equal(typeof(PinnedSerializer), found[id]));
        Assert.Equal(typeof(RefusingSerializer), found[RefusingSerializer.Id]);
        Assert.Equal(typeof(RegistrySerializer), found[RegistrySerializer.Id]);
    }

    [Fact]
    public void None_reads_anything_by_the_name_of_a_type()
    {
        byte[] json = System.Text.Encoding.UTF8.GetBytes($$"""{"$type":"{{SomeType}}","Path":"/tmp","EnableRaisingEvents":true}""");

        for (int id = -100; id <= 100; id++)
        {
            Assert.ThrowsAny<SerializationException>(() => Serialization.Deserialize(json, id, SomeType));
            Assert.ThrowsAny<SerializationException>(() => Serialization.Deserialize(json, id, manifest: string.Empty));
        }
    }

    [Fact]
    public void A_type_without_a_serializer_is_not_written() =>
        Assert.ThrowsAny<SerializationException>(() => Serialization.Serialize(new Version(1, 2)));

    [Fact]
    public void Replicated_data_names_no_type_but_the_state_of_a_coordinator()
    {
        Assert.Equal(RefusedReadReason.Type, ReplicatedState.WhyNot(Register(SomeType, 13, StateManifest)));
        Assert.Equal(RefusedReadReason.Serializer, ReplicatedState.WhyNot(Register(ReplicatedState.StateType, 1, SomeType)));
        Assert.Equal(RefusedReadReason.Manifest, ReplicatedState.WhyNot(Register(ReplicatedState.StateType, 13, "BA")));
        Assert.Equal(
            RefusedReadReason.Malformed,
            ReplicatedState.WhyNot([.. Register(ReplicatedState.StateType, 13, StateManifest), .. Field(4, [])]));
        Assert.Equal(RefusedReadReason.Malformed, ReplicatedState.WhyNot([1, 2, 3]));
        Assert.Null(ReplicatedState.WhyNot(Register(ReplicatedState.StateType, 13, StateManifest)));

        Assert.ThrowsAny<SerializationException>(() => Serialization.Deserialize(Register(SomeType, 13, StateManifest), 11, "E"));
    }

    [Fact]
    public void A_selection_is_read_by_the_same_serializers_inside()
    {
        Assert.ThrowsAny<SerializationException>(() => Serialization.Deserialize(Selection("user", 1, "", [1]), 6, string.Empty));
        Assert.ThrowsAny<SerializationException>(() => Serialization.Deserialize(Selection("user", 16, "PP", []), 6, string.Empty));
        Assert.IsType<ActorSelectionMessage>(Serialization.Deserialize(Selection("user", 16, "RWHB", []), 6, string.Empty));
    }

    private static byte[] Register(string type, int serializer, string manifest)
    {
        const int named = 4;
        byte[] state = [.. Field(1, []), .. Number(2, serializer), .. Field(4, manifest)];
        return [.. Number(1, 2), .. Field(3, state), .. Field(4, [.. Number(1, named), .. Field(2, type)])];
    }
}
