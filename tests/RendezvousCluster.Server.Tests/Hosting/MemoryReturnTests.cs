using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Server.Hosting;

namespace RendezvousCluster.Server.Tests.Hosting;

public sealed class MemoryReturnTests : IAsyncLifetime, IDisposable
{
    private const long Flood = MemoryReturnPolicy.FloodBytes;

    private readonly FakeTimeProvider _time = new();
    private readonly MemoryReturn _service;
    private long _held;
    private int _collections;

    public MemoryReturnTests() => _service = new MemoryReturn(() => _held, () => _collections++, _time, NullLogger<MemoryReturn>.Instance);

    public Task InitializeAsync() => _service.StartAsync(CancellationToken.None);

    public Task DisposeAsync() => _service.StopAsync(CancellationToken.None);

    public void Dispose() => _service.Dispose();

    [Fact]
    public void A_flood_that_is_over_is_collected_once()
    {
        Hold(2 * Flood, TimeSpan.FromSeconds(5));
        Assert.Equal(0, _collections);

        Hold(0, MemoryReturnPolicy.Calm - MemoryReturn.Interval);
        Assert.Equal(0, _collections);
        Hold(0, 2 * MemoryReturn.Interval);
        Assert.Equal(1, _collections);

        Hold(0, TimeSpan.FromHours(1));
        Assert.Equal(1, _collections);
    }

    [Fact]
    public void The_memory_of_a_busy_node_does_not_count_as_a_flood()
    {
        for (int round = 0; round < 100; round++)
        {
            Hold(Flood - 1, TimeSpan.FromSeconds(20));
            Hold(0, TimeSpan.FromSeconds(20));
        }

        Assert.Equal(0, _collections);
    }

    [Fact]
    public void A_flood_that_goes_on_is_not_collected()
    {
        Hold(8 * Flood, TimeSpan.FromMinutes(10));
        Hold((2 * Flood) + 1, TimeSpan.FromMinutes(10));

        Assert.Equal(0, _collections);
    }

    [Fact]
    public void Floods_that_come_again_and_again_stop_the_node_once_a_minute_at_most()
    {
        for (int round = 0; round < 20; round++)
        {
            Hold(2 * Flood, TimeSpan.FromSeconds(3));
            Hold(0, TimeSpan.FromSeconds(12));
        }

        Assert.InRange(_collections, 3, 5);
    }

    private void Hold(long bytes, TimeSpan duration)
    {
        _held = bytes;
        for (TimeSpan passed = TimeSpan.Zero; passed < duration; passed += MemoryReturn.Interval)
        {
            _time.Advance(MemoryReturn.Interval);
        }
    }
}
