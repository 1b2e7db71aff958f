using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Tests.Entities;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>A row of the database does not choose who reads it.</summary>
public sealed class RowGateTests : IDisposable
{
    private const string SomeType = "System.IO.FileSystemWatcher, System.IO.FileSystem.Watcher";

    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly TestStore _store = TestStore.Sqlite();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(11)]
    [InlineData(99)]
    [InlineData(null)]
    public async Task An_event_that_names_another_serializer_or_none_is_not_read(int? serializer)
    {
        await using (RegistryNode node = await StartAsync())
        {
            Assert.Equal(RendezvousStatus.Ok, (await node.Registry.RegisterAsync(Command(1), CancellationToken.None).Within()).Status);
            var rows = new StoreRows(node.Store);
            await rows.SetSerializerAsync(EntityCalls.ChatId, sequence: 2, serializer, SomeType);
        }

        await using RegistryNode again = await StartAsync();

        DiscoverReply reply = await again.Registry.DiscoverAsync(
            new DiscoverQuery(Chat, 0, 10, 1024, _time.GetUtcNow().AddSeconds(5)), CancellationToken.None).Within();
        Assert.Equal((RendezvousStatus.Unavailable, StatusTexts.NamespaceUnreadable), (reply.Status, reply.StatusText));
        await Eventually.EqualAsync(true, () => again.Refused.Total > 0);
    }

    public void Dispose() => _store.Dispose();

    private RegisterCommand Command(int peer) =>
        new(Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, _time.GetUtcNow().AddSeconds(5));

    private Task<RegistryNode> StartAsync() => RegistryNode.StartAsync(_time, _store.Configure);
}
