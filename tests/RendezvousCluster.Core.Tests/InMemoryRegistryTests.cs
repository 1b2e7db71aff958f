using RendezvousCluster.Protocol;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Core.Tests;

public sealed class InMemoryRegistryTests : RegistryConformance
{
    private InMemoryRegistry InMemory => (InMemoryRegistry)Registry;

    public override Task DisposeAsync()
    {
        InMemory.Dispose();
        return Task.CompletedTask;
    }

    [Fact]
    public async Task A_namespace_nobody_registered_in_has_no_state()
    {
        await SendAsync(Discover());
        await SendAsync(Unregister(1));
        await SendAsync(Register(1) with { Deadline = Time.GetUtcNow().AddSeconds(-1) });

        Assert.Equal(0, InMemory.NamespaceCount);
    }

    [Fact]
    public async Task A_namespace_whose_registrations_expired_is_freed()
    {
        await RegisterOkAsync(Register(1, ttlSeconds: 50));
        Assert.Equal(1, InMemory.NamespaceCount);

        Time.Advance(InMemoryRegistry.SweepInterval);

        Assert.Equal(0, InMemory.NamespaceCount);
    }

    [Fact]
    public async Task A_namespace_that_comes_back_counts_on_from_its_old_cookies()
    {
        await RegisterOkAsync(Register(1, ttlSeconds: 50));
        await RegisterOkAsync(Register(1, ttlSeconds: 50));
        ulong cookie = (await SendAsync(Discover())).CookieRevision;
        Time.Advance(InMemoryRegistry.SweepInterval);
        Time.AdjustTime(Time.GetUtcNow() - (2 * InMemoryRegistry.SweepInterval));

        await RegisterOkAsync(Register(2));

        AssertEnvelopes(await DiscoverOkAsync(Discover(after: cookie)), TestPeers.Envelope(2));
    }

    protected override Task<IRegistry> StartAsync(TimeProvider time) => Task.FromResult<IRegistry>(new InMemoryRegistry(time));
}
