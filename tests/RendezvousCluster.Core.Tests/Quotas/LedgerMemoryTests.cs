using System.Buffers.Binary;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Core.Tests.Quotas;

/// <summary>Runs alone: it measures the heap.</summary>
[CollectionDefinition(nameof(LedgerMemoryTests), DisableParallelization = true)]
public sealed class LedgerMemoryCollection;

/// <summary>What a registration costs in the ledger, beside some 520 bytes in its namespace.</summary>
[Collection(nameof(LedgerMemoryTests))]
public sealed class LedgerMemoryTests
{
    private const int Places = 60_000;
    private static readonly DateTimeOffset Now = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 80)]
    [InlineData(2, 100)]
    [InlineData(10, 60)]
    [InlineData(1000, 60)]
    public void A_place_stays_below_its_budget(int placesPerPeer, int maxBytes)
    {
        RendezvousNamespace[] names = [.. Enumerable.Range(0, placesPerPeer).Select(number => RendezvousNamespace.Parse($"room {number}"))];
        long before = GC.GetTotalMemory(forceFullCollection: true);
        var state = new PeerLedgerState(new LedgerPartLimits(placesPerPeer, Places), Now);
        for (int peer = 0; peer < Places / placesPerPeer; peer++)
        {
            foreach (RendezvousNamespace name in names)
            {
                Assert.Equal(Reservation.New, state.Reserve(new LedgerReserve(Digest(peer), name, 7200, Now.AddSeconds(5)), Now));
            }
        }

        long perPlace = (GC.GetTotalMemory(forceFullCollection: true) - before) / Places;
        GC.KeepAlive(state);

        Console.WriteLine($"{perPlace} bytes per place, {placesPerPeer} to a peer");
        Assert.True(perPlace <= maxBytes, $"{perPlace} bytes per place, {placesPerPeer} to a peer; {maxBytes} are allowed.");
    }

    [Fact]
    public void The_memory_of_better_days_is_given_back()
    {
        RendezvousNamespace name = RendezvousNamespace.Parse("room");
        var state = new PeerLedgerState(new LedgerPartLimits(1, Places), Now);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        for (int peer = 0; peer < Places; peer++)
        {
            state.Reserve(new LedgerReserve(Digest(peer), name, 60, Now.AddSeconds(5)), Now);
        }

        for (int sweep = 0; sweep < 16; sweep++)
        {
            state.SweepSome(Now.AddHours(1));
        }

        long kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        GC.KeepAlive(state);
        Assert.True(kept < 100_000, $"{kept} bytes are kept.");
    }

    private static PeerDigest Digest(int peer)
    {
        Span<byte> bytes = stackalloc byte[32];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, peer);
        System.Security.Cryptography.SHA256.HashData(bytes, bytes);
        return PeerDigest.Read(bytes);
    }
}
