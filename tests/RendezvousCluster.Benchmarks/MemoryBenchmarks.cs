using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Benchmarks;

/// <summary>What an idle connection and a stored registration weigh.</summary>
internal static class MemoryBenchmarks
{
    private const int RegistrationCount = 100_000;
    private const int EnvelopeBytes = 250;

    public static async Task IdleConnectionsAsync(int count)
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(memoryDatabase: true);
        // Some connections first, so that what the first ones cost (JIT, pools) is not divided among the others.
        RendezvousPeer[] warm = await Load.ConnectAsync(server, 200);
        long before = server.ResidentBytes;
        RendezvousPeer[] peers = await Load.ConnectAsync(server, count);
        long after = server.ResidentBytes;
        Console.WriteLine(
            $"resident memory per connection with one open stream: {(after - before) / 1024.0 / count:0.#} KiB ({count} connections, "
            + $"{before / 1048576} -> {after / 1048576} MiB)");
        await Load.DisposeAsync(warm.Concat(peers));
    }

    public static async Task RegistrationsAsync(int runs)
    {
        var measurements = new Measurements($"managed memory per registration, envelope of {EnvelopeBytes} bytes", "bytes");
        var random = new Random(1);
        RendezvousNamespace name = RendezvousNamespace.Parse("bench");
        for (int run = 0; run < runs; run++)
        {
            var registry = new InMemoryRegistry(TimeProvider.System);
            long before = GC.GetTotalMemory(forceFullCollection: true);
            for (int index = 0; index < RegistrationCount; index++)
            {
                byte[] envelope = new byte[EnvelopeBytes];
                random.NextBytes(envelope);
                await registry.RegisterAsync(
                    new RegisterCommand(
                        name,
                        RegistrationLoad.RandomPeer(random),
                        envelope,
                        RegistrationFlavour.Standard,
                        1,
                        7_200,
                        TimeProvider.System.GetUtcNow().AddSeconds(5)),
                    CancellationToken.None);
            }

            measurements.Add((GC.GetTotalMemory(forceFullCollection: true) - before) / (double)RegistrationCount);
            GC.KeepAlive(registry);
        }

        Console.WriteLine(measurements);
    }
}
