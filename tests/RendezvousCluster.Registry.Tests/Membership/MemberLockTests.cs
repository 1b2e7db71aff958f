using System.Data.Common;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Journal;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Registry.Tests.Journal;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Registry.Tests.Membership;

/// <summary>What a database knows of the members of its cluster.</summary>
public abstract class MemberLockTests(TestDatabaseServer server)
{
    private protected abstract RegistryStorage Storage { get; }

    [Fact]
    public async Task The_lock_is_held_as_long_as_any_member_lives()
    {
        using IRegistryStore store = await StoreAsync();
        await using MemberLock looking = Members(store), one = Members(store), other = Members(store);
        Assert.False(await looking.IsHeldAsync(CancellationToken.None));

        one.Hold();
        other.Hold();
        await Eventually.EqualAsync(true, () => looking.IsHeldAsync(CancellationToken.None));

        await one.DisposeAsync();
        await Eventually.EqualAsync(true, () => looking.IsHeldAsync(CancellationToken.None));
        await other.DisposeAsync();
        await Eventually.EqualAsync(false, () => looking.IsHeldAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_holders_of_the_lock_can_be_counted()
    {
        using IRegistryStore store = await StoreAsync(), another = await StoreAsync();
        await using MemberLock one = Members(store), other = Members(store), elsewhere = Members(another);
        Assert.Null(await one.TryCountAsync(CancellationToken.None)); // it has no session

        one.Hold();
        await Eventually.EqualAsync((int?)1, () => one.TryCountAsync(CancellationToken.None));
        other.Hold();
        elsewhere.Hold();

        await Eventually.EqualAsync((int?)2, () => one.TryCountAsync(CancellationToken.None));
    }

    /// <summary>
    /// Two more members than the node knows of hold it: another cluster, which has most of the namespaces, serves the same database.
    /// </summary>
    [Fact]
    public async Task A_node_alone_beside_a_living_cluster_is_not_ready_says_why_and_ends()
    {
        string database = await server.CreateDatabaseAsync();
        void Configure(RegistryOptions options)
        {
            options.Storage = Storage;
            options.ConnectionString = database;
        }

        await using RegistryNode node = await RegistryNode.StartAsync(TimeProvider.System, Configure);
        await using MemberLock one = Members(node.Store), other = Members(node.Store);
        one.Hold();
        other.Hold();

        await Eventually.EqualAsync(false, () => node.Readiness.IsReady, TimeSpan.FromMinutes(2));

        Assert.StartsWith(
            "another cluster of 2 has lived on the same database since ", node.Readiness.WhyNotReady, StringComparison.OrdinalIgnoreCase);
        await node.System.WhenTerminated.Within();
        Assert.EndsWith("so that its next start joins the other one", node.Readiness.WhyNotReady, StringComparison.Ordinal);
    }

    [Fact]
    public async Task One_node_at_a_time_has_the_seat_until_it_leaves_it_or_ends()
    {
        using IRegistryStore store = await StoreAsync(), another = await StoreAsync();
        await using MemberLock one = Members(store), other = Members(store), elsewhere = Members(another);

        Assert.True(await one.TryTakeSeatAsync(CancellationToken.None));
        Assert.False(await other.TryTakeSeatAsync(CancellationToken.None));
        Assert.True(await one.TryTakeSeatAsync(CancellationToken.None));
        Assert.True(await elsewhere.TryTakeSeatAsync(CancellationToken.None));
        Assert.False(await other.IsHeldAsync(CancellationToken.None)); // who has the seat need not be a member

        await one.LeaveSeatAsync(CancellationToken.None);
        Assert.True(await other.TryTakeSeatAsync(CancellationToken.None));
        Assert.False(await one.TryTakeSeatAsync(CancellationToken.None));

        await other.DisposeAsync();
        await Eventually.EqualAsync((bool?)true, () => one.TryTakeSeatAsync(CancellationToken.None));
    }

    [Fact]
    public async Task Of_many_that_ask_for_the_seat_at_once_one_gets_it()
    {
        using IRegistryStore store = await StoreAsync();
        MemberLock[] asking = [.. Enumerable.Range(0, 8).Select(_ => Members(store))];

        bool?[] got = await Task.WhenAll(asking.Select(one => one.TryTakeSeatAsync(CancellationToken.None)));

        Assert.Single(got, hasSeat => hasSeat is true);
        foreach (MemberLock one in asking)
        {
            await one.DisposeAsync();
        }
    }

    /// <summary>As when its machine is gone, or stands still: the session says nothing, and does not end.</summary>
    [Fact]
    public async Task The_server_ends_a_session_that_says_nothing_and_its_locks()
    {
        using IRegistryStore store = await StoreAsync();
        await using MemberLock looking = Members(store);
        await using DbConnection silent = store.Server!.CreateSession();
        await silent.OpenAsync();
        await store.Server.LimitSilenceAsync(silent, TimeSpan.FromSeconds(7), CancellationToken.None);
        await store.Server.EnterMemberAsync(silent, store.Identity, CancellationToken.None);
        Assert.True(await looking.IsHeldAsync(CancellationToken.None));

        await Eventually.EqualAsync(false, () => looking.IsHeldAsync(CancellationToken.None), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_seat_is_taken_again_when_the_database_is_back()
    {
        using IRegistryStore store = await StoreAsync();
        await using MemberLock one = Members(store), other = Members(store);
        Assert.True(await one.TryTakeSeatAsync(CancellationToken.None));

        await server.StopAsync();
        await Eventually.EqualAsync((bool?)null, () => one.TryTakeSeatAsync(CancellationToken.None));
        await server.StartAsync();

        await Eventually.EqualAsync((bool?)true, () => one.TryTakeSeatAsync(CancellationToken.None));
        Assert.False(await other.TryTakeSeatAsync(CancellationToken.None) ?? true);
    }

    [Fact]
    public async Task Clusters_in_other_databases_of_the_server_do_not_count()
    {
        using IRegistryStore store = await StoreAsync(), another = await StoreAsync();
        await using MemberLock one = Members(store), elsewhere = Members(another);

        one.Hold();
        await Eventually.EqualAsync(true, () => one.IsHeldAsync(CancellationToken.None));

        Assert.False(await elsewhere.IsHeldAsync(CancellationToken.None));
    }

    [Fact]
    public async Task The_lock_is_taken_again_when_the_database_is_back()
    {
        using IRegistryStore store = await StoreAsync();
        await using MemberLock one = Members(store), looking = Members(store);
        one.Hold();
        await Eventually.EqualAsync(true, () => looking.IsHeldAsync(CancellationToken.None));

        await server.StopAsync();
        await Assert.ThrowsAsync<RegistryStartException>(() => looking.IsHeldAsync(CancellationToken.None));
        await server.StartAsync();

        await Eventually.EqualAsync(true, () => looking.IsHeldAsync(CancellationToken.None));
    }

    [Fact]
    public async Task A_node_that_released_the_lock_does_not_take_it_again()
    {
        using IRegistryStore store = await StoreAsync();
        MemberLock one = Members(store);
        await one.DisposeAsync();

        one.Hold();

        await using MemberLock looking = Members(store);
        Assert.False(await looking.IsHeldAsync(CancellationToken.None));
    }

    private static MemberLock Members(IRegistryStore store) => MemberLock.On(store, NullLogger.Instance)!;

    private async Task<IRegistryStore> StoreAsync()
    {
        IRegistryStore store = RegistryStores.Create(Storage, dataDirectory: "", await server.CreateDatabaseAsync());
        await store.PrepareAsync(CancellationToken.None);
        return store;
    }
}
