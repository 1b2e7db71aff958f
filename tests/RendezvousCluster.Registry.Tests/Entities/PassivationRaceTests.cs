using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Ownership;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;
using Xunit.Abstractions;

namespace RendezvousCluster.Registry.Tests.Entities;

/// <summary>A registration that is sent at the very moment at which its namespace falls asleep is never lost.</summary>
public sealed class PassivationRaceTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const int Workers = 100; // most of the time is the pause before a retry
    private const int TriesPerWorker = 100;
    private const int ClearingNamespaces = 10;
    private const int TriesPerClearing = 50;

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private RegistryNode? _node;

    public async Task InitializeAsync() =>
        _node = await RegistryNode.StartAsync(_time, options => options.Storage = RegistryStorage.Memory);

    public async Task DisposeAsync() => await _node!.DisposeAsync();

    [Fact]
    public async Task Ten_thousand_registrations_at_the_moment_of_passivation_are_all_kept()
    {
        SeededRandom.Create(out int seed);
        int unacknowledged = 0;
        await Task.WhenAll(Enumerable.Range(0, Workers).Select(worker => Task.Run(async () =>
        {
            var random = new Random(seed + worker);
            RendezvousNamespace name = RendezvousNamespace.Parse($"race {worker}");
            ulong seen = 0;
            for (int i = 0; i < TriesPerWorker; i++)
            {
                (bool isKept, seen) = await RaceAsync(name, peer: i, seen, random);
                if (!isKept)
                {
                    Interlocked.Increment(ref unacknowledged);
                }
            }
        }))).Within(TimeSpan.FromMinutes(2));

        output.WriteLine($"{unacknowledged} of {Workers * TriesPerWorker} were not acknowledged in time");
        Assert.InRange(unacknowledged, 0, Workers * TriesPerWorker / 100);
    }

    [Fact]
    public async Task Nor_is_one_lost_at_the_moment_at_which_an_empty_namespace_is_cleared()
    {
        Random random = SeededRandom.Create(out _);
        RendezvousNamespace[] names =
            [.. Enumerable.Range(0, ClearingNamespaces).Select(index => RendezvousNamespace.Parse($"cleared {index}"))];
        ulong[] seen = new ulong[ClearingNamespaces];
        for (int i = 0; i < TriesPerClearing; i++)
        {
            await Task.WhenAll(names.Select(async (name, index) => (_, seen[index]) = await RaceAsync(name, peer: i, seen[index], random)));
            _time.Advance(TimeSpan.FromHours(2) + CompactionSettings.Default.FenceAge);
        }
    }

    // Passivation and REGISTER side by side, in both orders and with a little time between.
    private async Task<(bool IsKept, ulong Revision)> RaceAsync(RendezvousNamespace name, int peer, ulong seen, Random random)
    {
        bool sleepFirst = random.Next(2) == 0;
        int spins = random.Next(200);
        Task<RegisterReply>? register = sleepFirst ? null : RegisterAsync(name, peer);
        FallAsleep(name);
        Thread.SpinWait(spins);
        RegisterReply reply = await (register ?? RegisterAsync(name, peer)).Within();
        if (reply.Status != RendezvousStatus.Ok)
        {
            Assert.Equal(RendezvousStatus.Unavailable, reply.Status);
            return (false, seen);
        }

        DiscoverReply found = await _node!.Registry.DiscoverAsync(
            new DiscoverQuery(name, seen, 1000, 1024 * 1024, _time.GetUtcNow().AddSeconds(5)), CancellationToken.None).Within();
        Assert.Equal(RendezvousStatus.Ok, found.Status);
        Assert.Equal(TestPeers.Envelope(peer), found.Registrations[^1].Envelope.ToArray());
        return (true, found.CookieRevision);
    }

    // As if the entity had been idle: it asks its shard to be stopped, and the shard answers with the stop message.
    private void FallAsleep(RendezvousNamespace name)
    {
        string id = EntityIds.For(name);
        _node!.System.ActorSelection($"/system/sharding/{RegionNames.Namespaces}/{EntityIds.ShardOf(id)}/{id}")
            .Tell(ReceiveTimeout.Instance);
    }

    private Task<RegisterReply> RegisterAsync(RendezvousNamespace name, int peer) => _node!.Registry.RegisterAsync(
        new RegisterCommand(
            name, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, _time.GetUtcNow().AddSeconds(5)),
        CancellationToken.None).AsTask();
}
