using RendezvousCluster.Registry.Hosting;

namespace RendezvousCluster.Registry.Tests;

public sealed class RegistryStorageCapabilitiesTests
{
    [Theory]
    [InlineData(RegistryStorage.Sqlite, false, false, true)]
    [InlineData(RegistryStorage.Postgres, true, true, true)]
    [InlineData(RegistryStorage.MySql, true, true, true)]
    [InlineData(RegistryStorage.Memory, false, false, false)]
    public void A_storage_says_what_it_can_do_and_needs(RegistryStorage storage, bool shares, bool needsConnectionString, bool outlives) =>
        Assert.Equal(
            (shares, needsConnectionString, outlives),
            (storage.SharesBetweenNodes(), storage.NeedsConnectionString(), storage.OutlivesProcess()));

    [Fact]
    public void Storages_are_named_for_a_sentence_as_they_stand_in_settings()
    {
        Assert.Equal("postgres or mysql", RegistryStorageCapabilities.Names(storage => storage.SharesBetweenNodes()));
        Assert.Equal("memory", RegistryStorageCapabilities.Names(storage => !storage.OutlivesProcess()));
    }

    [Fact]
    public void The_memory_database_is_chosen_and_left_again_without_a_word_about_others()
    {
        var options = new RegistryOptions { Storage = RegistryStorage.Postgres };
        options.EnableMemoryDatabase = false;
        Assert.Equal(RegistryStorage.Postgres, options.Storage);

        options.EnableMemoryDatabase = true;
        Assert.Equal(RegistryStorage.Memory, options.Storage);

        options.EnableMemoryDatabase = false;
        Assert.Equal(new RegistryOptions().Storage, options.Storage);
        Assert.True(options.Storage.OutlivesProcess());
    }
}
