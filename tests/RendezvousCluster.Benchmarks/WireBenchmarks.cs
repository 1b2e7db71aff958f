namespace RendezvousCluster.Benchmarks;

/// <summary>Measurements taken through the whole stack: socket, Noise, Yamux, protocol, registry, journal.</summary>
internal static class WireBenchmarks
{
    private const int DiscoverPage = 100;
    private const int DiallersAtOnce = 16;
    private const ulong TtlSeconds = 7_200;

    public static async Task UpgradesAsync(int runs, int seconds)
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(memoryDatabase: true);
        var perSecond = new Measurements("upgrades per second, both ends on this machine", "/s");
        var perCore = new Measurements("upgrades per second of server CPU", "/s");
        RendezvousPeer[] diallers = new RendezvousPeer[DiallersAtOnce];
        for (int run = -1; run < runs; run++)
        {
            LoadResult result = await Load.RunAsync(server, diallers, TimeSpan.FromSeconds(seconds), async (_, _) =>
            {
                await using var peer = new RendezvousPeer();
                await peer.ConnectAsync(server.Addresses[0]);
            });
            if (run >= 0)
            {
                perSecond.Add(result.PerSecond);
                perCore.Add(1e6 / result.ServerCpuMicroseconds);
            }
        }

        Console.WriteLine(perSecond);
        Console.WriteLine(perCore);
    }

    public static async Task RegisterAsync(int runs, int seconds, int peerCount, int namespaces, bool memory)
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(memory);
        RendezvousPeer[] peers = await Load.ConnectAsync(server, peerCount);
        await MeasureAsync(
            $"REGISTER, {(memory ? "memory" : "SQLite WAL, synchronous FULL")}, {peerCount} peers, {namespaces} namespaces",
            runs,
            () => Load.RunAsync(
                server,
                peers,
                TimeSpan.FromSeconds(seconds),
                (peer, index) => peer.RegisterAsync($"bench-{index % namespaces}", TtlSeconds)));
        await Load.DisposeAsync(peers);
    }

    public static async Task DiscoverAsync(int runs, int seconds, int peerCount)
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(memoryDatabase: false);
        RendezvousPeer[] peers = await Load.ConnectAsync(server, Math.Max(peerCount, DiscoverPage));
        await Task.WhenAll(peers.Select(peer => peer.RegisterAsync("bench", TtlSeconds)));
        await MeasureAsync(
            $"DISCOVER of {DiscoverPage}, {peerCount} peers",
            runs,
            () => Load.RunAsync(server, peers[..peerCount], TimeSpan.FromSeconds(seconds), async (peer, _) =>
            {
                int found = await peer.DiscoverAsync("bench", DiscoverPage);
                if (found != DiscoverPage)
                {
                    throw new InvalidOperationException($"Found {found} registrations of {DiscoverPage}.");
                }
            }));
        await Load.DisposeAsync(peers);
    }

    public static async Task UnknownAsync(int runs, int seconds, int peerCount, bool memory)
    {
        await using ServerUnderTest server = await ServerUnderTest.StartAsync(memory);
        RendezvousPeer[] peers = await Load.ConnectAsync(server, peerCount);
        long names = 0;
        await MeasureAsync(
            $"DISCOVER of a namespace that nobody knows, {peerCount} peers",
            runs,
            () => Load.RunAsync(server, peers, TimeSpan.FromSeconds(seconds), async (peer, _) =>
                await peer.DiscoverAsync($"unknown-{Interlocked.Increment(ref names)}", DiscoverPage)));
        await Load.DisposeAsync(peers);
    }

    public static async Task StartAsync(int runs, bool memory)
    {
        var milliseconds = new Measurements("from start of the process to its addresses", "ms");
        for (int run = -1; run < runs; run++)
        {
            await using ServerUnderTest server = await ServerUnderTest.StartAsync(memory);
            if (run >= 0)
            {
                milliseconds.Add(server.StartTime.TotalMilliseconds);
            }
        }

        Console.WriteLine(milliseconds);
    }

    private static async Task MeasureAsync(string name, int runs, Func<Task<LoadResult>> load)
    {
        var perSecond = new Measurements(name, "/s");
        var cpu = new Measurements("  server CPU", "µs per operation");
        // The first run warms up the JIT and is not counted.
        for (int run = -1; run < runs; run++)
        {
            LoadResult result = await load();
            if (run >= 0)
            {
                perSecond.Add(result.PerSecond);
                cpu.Add(result.ServerCpuMicroseconds);
            }
        }

        Console.WriteLine(perSecond);
        Console.WriteLine(cpu);
    }
}
