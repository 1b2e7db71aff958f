using RendezvousCluster.Registry;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Options;

public sealed class ServerOptionsTests
{
    [Fact]
    public void Listens_on_loopback_when_nothing_is_said()
    {
        Assert.Equal(ServerOptions.DefaultListen, new ServerOptions().ListenOrDefault);
        Assert.Equal(ServerOptions.DefaultListen, new ServerOptions { Listen = [] }.ListenOrDefault);
        Assert.All(ServerOptions.DefaultListen, address => Assert.StartsWith("/ip4/127.0.0.1/", address, StringComparison.Ordinal));
    }

    [Fact]
    public void The_identity_is_in_the_data_directory_by_default()
    {
        Assert.Equal(Path.Combine("somewhere", "identity.key"), new ServerOptions { DataDirectory = "somewhere" }.IdentityPath);
        Assert.Equal("own.key", new ServerOptions { DataDirectory = "somewhere", Identity = "own.key" }.IdentityPath);
    }

    [Fact]
    public void The_sequence_number_of_the_points_record_is_kept_beside_its_identity() =>
        Assert.Equal("own.key.sequence", new ServerOptions { DataDirectory = "somewhere", Identity = "own.key" }.RecordSequencePath);

    [Fact]
    public void Registrations_are_in_files_by_default()
    {
        Assert.Equal(RegistryStorage.Sqlite, new ServerOptions().StorageOrDefault);
        Assert.Equal(RegistryStorage.Memory, new ServerOptions { EnableMemoryDatabase = true }.StorageOrDefault);
        Assert.Equal(RegistryStorage.Postgres, new ServerOptions { Storage = RegistryStorage.Postgres }.StorageOrDefault);
    }
}
