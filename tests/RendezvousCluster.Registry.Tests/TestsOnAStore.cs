namespace RendezvousCluster.Registry.Tests;

/// <summary>Tests of entities on a store of their own; a class for each kind of store says which.</summary>
public abstract class TestsOnAStore : IAsyncLifetime
{
    private StoreTestKit? _system;

    private protected StoreTestKit System => _system!;

    public async Task InitializeAsync() => _system = await StoreTestKit.StartAsync(await NewStoreAsync());

    public Task DisposeAsync()
    {
        _system?.Dispose();
        return Task.CompletedTask;
    }

    private protected abstract Task<TestStore> NewStoreAsync();
}
