using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Tests.Entities;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Hosting;

/// <summary>Starting and stopping, and what keeps a node from it.</summary>
public sealed class RegistryHostTests : IDisposable
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task Memory_is_forgotten_at_the_end()
    {
        await using (RegistryNode node = await RegistryNode.StartAsync(_time, options => options.EnableMemoryDatabase = true))
        {
            await RegisterAsync(node, 1);
        }

        await using RegistryNode again = await RegistryNode.StartAsync(_time, options => options.EnableMemoryDatabase = true);
        Assert.Empty((await DiscoverAsync(again)).Registrations);
    }

    [Fact]
    public async Task A_second_server_on_the_same_directory_does_not_start()
    {
        await using RegistryNode first = await StartAsync();
        await using RegistryNode second = RegistryNode.Create(_time, options => options.DataDirectory = _directory.Path);

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => second.StartHostAsync().Within());

        Assert.Contains("in use by another server", refused.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<RegistryStartException>(() => second.Readiness.WaitUntilReadyAsync(CancellationToken.None).Within());
        await RegisterAsync(first, 1);
    }

    [Fact]
    public async Task A_damaged_file_stops_the_start_and_gives_the_directory_back()
    {
        string journal = Path.Combine(_directory.Path, "journal.db");
        await File.WriteAllTextAsync(journal, new string('x', 5000));
        await using (RegistryNode broken = RegistryNode.Create(_time, options => options.DataDirectory = _directory.Path))
        {
            RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => broken.StartHostAsync().Within());
            Assert.DoesNotContain('\n', refused.Message);
        }

        File.Delete(journal);
        await using RegistryNode repaired = await StartAsync();
        Assert.True(repaired.Readiness.IsReady);
    }

    [Fact]
    public async Task Before_the_start_and_after_the_stop_requests_are_answered_unavailable()
    {
        RegistryNode node = RegistryNode.Create(_time, options => options.DataDirectory = _directory.Path);
        Assert.Equal(RendezvousStatus.Unavailable, (await DiscoverAsync(node)).Status);
        Assert.False(node.Readiness.IsReady);
        await node.StartHostAsync().Within();
        await node.Readiness.WaitUntilReadyAsync(CancellationToken.None).Within();
        IRegistry registry = node.Registry;

        await node.StopHostAsync().Within();

        Assert.Equal(
            RendezvousStatus.Unavailable,
            (await registry.RegisterAsync(Command(1, 7200, _time), CancellationToken.None).Within()).Status);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_stop_that_takes_too_long_is_cut_short_and_gives_the_directory_back()
    {
        RegistryNode node = await RegistryNode.StartAsync(_time, options => options.DataDirectory = _directory.Path, TestJournal.Config);
        var stuck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        JournalControl.Of(node.System).BeforeCommit = () => stuck.Task;
        Task<RegisterReply> pending = node.Registry.RegisterAsync(Command(1, 7200, _time), CancellationToken.None).AsTask();
        await JournalControl.Of(node.System).Writes.ReadAsync().AsTask().Within();

        await node.StopAsync(new CancellationToken(canceled: true)).Within();

        stuck.SetResult();
        await node.DisposeAsync();
        await using RegistryNode next = await StartAsync();
        Assert.True(next.Readiness.IsReady);
        await pending.ContinueWith(_ => { }, TaskScheduler.Default).Within();
    }

    public void Dispose() => _directory.Dispose();

    private static RegisterCommand Command(int peer, uint ttlSeconds, TimeProvider time) =>
        new(Chat, TestPeers.Id(
            peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, ttlSeconds, time.GetUtcNow().AddSeconds(5));

    private Task<RegistryNode> StartAsync(TimeProvider? time = null) =>
        RegistryNode.StartAsync(time ?? _time, options => options.DataDirectory = _directory.Path);

    private async Task RegisterAsync(RegistryNode node, int peer, uint ttlSeconds = 7200, TimeProvider? time = null)
    {
        RegisterReply reply = await node.Registry.RegisterAsync(Command(peer, ttlSeconds, time ?? _time), CancellationToken.None).Within();
        Assert.Equal((RendezvousStatus.Ok, string.Empty), (reply.Status, reply.StatusText));
    }

    private Task<DiscoverReply> DiscoverAsync(RegistryNode node, ulong after = 0, TimeProvider? time = null) =>
        node.Registry.DiscoverAsync(
            new DiscoverQuery(Chat, after, 1000, 1024 * 1024, (time ?? _time).GetUtcNow().AddSeconds(5)), CancellationToken.None).Within();
}
