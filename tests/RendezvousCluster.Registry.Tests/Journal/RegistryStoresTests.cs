using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Journal;

public sealed class RegistryStoresTests
{
    public static TheoryData<RegistryStorage> Storages => new(Enum.GetValues<RegistryStorage>());

    [Theory]
    [MemberData(nameof(Storages))]
    public void A_store_can_do_what_its_row_says(RegistryStorage storage)
    {
        using IRegistryStore store = RegistryStores.Create(storage, "unused", "Server=db.example;Database=r");

        Assert.Equal(storage.SharesBetweenNodes(), store.IsShared);
        Assert.Equal(storage.SharesBetweenNodes(), store.Server is not null);
    }

    [Fact]
    public void A_storage_without_a_row_is_an_answer_to_the_operator() => Assert.Equal(
        "Unknown storage: '99'.",
        Assert.Throws<RegistryStartException>(() => RegistryStores.Create((RegistryStorage)99, "unused", "")).Message);
}
