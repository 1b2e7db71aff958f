using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Muxing.Mplex;
using RendezvousCluster.Libp2p.Muxing.Yamux;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Muxing;

/// <summary>Runs alone: it measures the heap.</summary>
[CollectionDefinition(nameof(IdleMemoryTests), DisableParallelization = true)]
public sealed class IdleMemoryCollection;

/// <summary>What a connection costs while nothing happens on it: a server holds tens of thousands.</summary>
[Collection(nameof(IdleMemoryTests))]
public sealed class IdleMemoryTests
{
    private const int Connections = 1_000;
    private const int MaxBytesPerConnection = 10 * 1024;

    public static TheoryData<string> Muxers => ["yamux", "mplex"];

    [Theory]
    [MemberData(nameof(Muxers))]
    public async Task An_idle_connection_stays_below_its_budget(string name)
    {
        IStreamMuxer muxer = name == "yamux" ? new YamuxMuxer(TimeProvider.System) : new MplexMuxer(TimeProvider.System);
        var limits = new Libp2pLimits { MplexOutboundOpensPerSecond = 10 };
        await using (MuxedPair warmUp = MuxedPair.Start(muxer, limits))
        {
            await EchoOnceAsync(warmUp);
        }

        long before = GC.GetTotalMemory(forceFullCollection: true);
        var pipes = new List<DuplexPipePair>(Connections);
        for (int index = 0; index < Connections; index++)
        {
            pipes.Add(DuplexPipePair.Create());
        }

        long pipeBytes = GC.GetTotalMemory(forceFullCollection: true) - before;
        var pairs = new List<(IMuxedConnection Dialer, IMuxedConnection Listener)>(Connections);
        foreach (DuplexPipePair pipe in pipes)
        {
            pairs.Add((muxer.Start(pipe.Left, isDialer: true, limits), muxer.Start(pipe.Right, isDialer: false, limits)));
        }

        // Each has worked once, as a real connection would have for identify, and is idle again.
        foreach ((IMuxedConnection dialer, IMuxedConnection listener) in pairs)
        {
            await EchoOnceAsync(dialer, listener);
        }

        long perConnection = (GC.GetTotalMemory(forceFullCollection: true) - before - pipeBytes) / (2 * Connections);
        GC.KeepAlive(pairs);

        Assert.True(perConnection < MaxBytesPerConnection, $"{name}: {perConnection} bytes per idle connection");
        Console.WriteLine($"{name}: {perConnection} bytes per idle connection");
        foreach ((IMuxedConnection dialer, IMuxedConnection listener) in pairs)
        {
            await dialer.DisposeAsync();
            await listener.DisposeAsync();
        }
    }

    private static Task EchoOnceAsync(MuxedPair pair) => EchoOnceAsync(pair.Dialer, pair.Listener);

    private static async Task EchoOnceAsync(IMuxedConnection dialer, IMuxedConnection listener)
    {
        await using IMuxedStream dialed = await dialer.OpenStreamAsync(CancellationToken.None).Within();
        await using IMuxedStream? accepted = await listener.AcceptStreamAsync(CancellationToken.None).Within();
        Task echo = accepted!.EchoAsync();
        await dialed.SendAllAsync(new byte[1_000]);
        await dialed.Input.ReadAllAsync();
        await echo;
    }
}
