using Microsoft.Extensions.Options;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Options;

public sealed class ServerOptionsValidatorTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        Assert.True(Validate(new ServerOptions()).Succeeded);
    }

    [Theory]
    [InlineData(1u, 1u)]
    [InlineData(1u, ServerOptionsValidator.LongestTtlSeconds)]
    [InlineData(ServerOptionsValidator.LongestTtlSeconds, ServerOptionsValidator.LongestTtlSeconds)]
    public void Accepts_the_edges_of_the_ttl_range(uint min, uint max)
    {
        Assert.True(Validate(new ServerOptions { MinTtlSeconds = min, MaxTtlSeconds = max }).Succeeded);
    }

    [Theory]
    [InlineData(0u, 10u, "min-ttl")]
    [InlineData(1u, ServerOptionsValidator.LongestTtlSeconds + 1, "max-ttl")]
    [InlineData(11u, 10u, "above max-ttl")]
    public void Refuses_a_ttl_range_that_cannot_work(uint min, uint max, string said)
    {
        Assert.Contains(
            said, Validate(new ServerOptions { MinTtlSeconds = min, MaxTtlSeconds = max }).FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Refuses_an_upkeep_that_cannot_work()
    {
        var upkeep = new UpkeepOptions { FenceAge = TimeSpan.FromMinutes(6) };

        Assert.Contains(
            "upkeep: TrustAge is 00:05:00", Validate(new ServerOptions { Upkeep = upkeep }).FailureMessage, StringComparison.Ordinal);
        upkeep.TrustAge = TimeSpan.FromMinutes(3);
        Assert.True(Validate(new ServerOptions { Upkeep = upkeep }).Succeeded);
    }

    [Theory]
    [InlineData(262_144, 16_777_216, null)]
    [InlineData(262_143, 16_777_216, "limits: MaxReceiveBytesPerConnection is 262143; it must be from 262144 to ")]
    [InlineData(262_144, 16_777_215, "limits: MaxHeldBytes is 16777215; it must be from 16777216 to ")]
    [InlineData(8_000_000, 31_999_999, "limits: MaxHeldBytes is 31999999; it must be from 32000000 to ")]
    public void Refuses_bounds_on_bytes_that_leave_no_room(int perConnection, long inAll, string? said)
    {
        ValidateOptionsResult result = Validate(new ServerOptions
        {
            Limits = { MaxReceiveBytesPerConnection = perConnection, MaxHeldBytes = inAll },
        });

        Assert.Equal(said is null, result.Succeeded);
        Assert.Contains(said ?? "", result.FailureMessage ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_address_that_is_no_multiaddr()
    {
        string failure = Validate(new ServerOptions { Listen = ["127.0.0.1:8000"] }).FailureMessage!;

        Assert.Contains("'127.0.0.1:8000'", failure, StringComparison.Ordinal);
    }

    [Fact]
    public void Names_the_management_address_that_is_none()
    {
        Assert.Contains("'off' is no address", Validate(new ServerOptions { Management = "off" }).FailureMessage, StringComparison.Ordinal);
        Assert.True(Validate(new ServerOptions { Management = ServerOptions.NoManagement }).Succeeded);
        Assert.True(Validate(new ServerOptions { Management = "[::1]:9401" }).Succeeded);
    }

    [Theory]
    [InlineData("127.0.0.1:4318")]
    [InlineData("/v1/traces")]
    [InlineData("grpc://collector:4317")]
    public void Names_the_collector_that_is_no_url(string endpoint)
    {
        Assert.Contains($"'{endpoint}'", Validate(new ServerOptions { TraceEndpoint = endpoint }).FailureMessage, StringComparison.Ordinal);
        Assert.True(Validate(new ServerOptions { TraceEndpoint = "http://127.0.0.1:4318" }).Succeeded);
    }

    [Fact]
    public void Refuses_an_agent_prefix_that_fits_every_peer()
    {
        Assert.True(Validate(new ServerOptions { PeerInfoAgentPrefixes = [] }).Succeeded);
        Assert.True(Validate(new ServerOptions { PeerInfoAgentPrefixes = ["my-old-client/"] }).Succeeded);
        Assert.Contains(
            "every peer", Validate(new ServerOptions { PeerInfoAgentPrefixes = [" "] }).FailureMessage, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(RegistryStorage.Postgres)]
    [InlineData(RegistryStorage.MySql)]
    public void A_database_server_needs_a_connection_string_in_one_of_two_ways(RegistryStorage storage)
    {
        Assert.True(Validate(new ServerOptions { Storage = storage, ConnectionString = "Host=db" }).Succeeded);
        Assert.True(Validate(new ServerOptions { Storage = storage, ConnectionStringFile = "secret" }).Succeeded);
        Assert.Contains("needs one", Validate(new ServerOptions { Storage = storage }).FailureMessage, StringComparison.Ordinal);
        Assert.Contains(
            "leave one of the two out",
            Validate(new ServerOptions { Storage = storage, ConnectionString = "Host=db", ConnectionStringFile = "secret" }).FailureMessage,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_that_would_not_be_used_is_refused()
    {
        Assert.Contains(
            "storage sqlite uses none",
            Validate(new ServerOptions { ConnectionString = "Host=db" }).FailureMessage,
            StringComparison.Ordinal);
        Assert.Contains(
            "storage memory uses none",
            Validate(new ServerOptions { EnableMemoryDatabase = true, ConnectionStringFile = "secret" }).FailureMessage,
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_front_end_has_no_use_for_storage()
    {
        var certified = new ServerOptions
        {
            Roles = "frontend", Seeds = ["10.0.0.6:4053"], ClusterCertificate = "node.pem", ClusterKey = "node.key",
            ClusterAuthority = "ca.pem",
        };
        Assert.True(Validate(certified).Succeeded);
        Assert.Contains(
            "keeps no data",
            Validate(new ServerOptions { Roles = "frontend", Seeds = ["10.0.0.6:4053"], ConnectionString = "Host=db" }).FailureMessage,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_and_another_storage_are_one_too_many()
    {
        Assert.True(Validate(new ServerOptions { EnableMemoryDatabase = true, Storage = RegistryStorage.Memory }).Succeeded);
        Assert.Contains(
            "storage is sqlite",
            Validate(new ServerOptions { EnableMemoryDatabase = true, Storage = RegistryStorage.Sqlite }).FailureMessage,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 100, 1_000_000, "MaxRegistrationsPerPeer is 0")]
    [InlineData(1_000, 0, 1_000_000, "MaxRegistrationsPerNamespace is 0")]
    [InlineData(1_000, 100, 127_999, "must be at least 128000")]
    public void Refuses_limits_that_cannot_work_in_the_words_of_the_options(int perPeer, int perNamespace, int total, string said)
    {
        var options =
            new ServerOptions { MaxRegistrationsPerPeer = perPeer, MaxRegistrationsPerNamespace = perNamespace, MaxRegistrations = total };

        Assert.Contains(said, Validate(options).FailureMessage, StringComparison.Ordinal);
    }

    [Fact]
    public void Tells_every_failure_at_once()
    {
        ValidateOptionsResult result =
            Validate(new ServerOptions { Announce = ["nonsense"], DataDirectory = " ", ProtocolAliases = ["no-slash"] });

        Assert.Equal(3, result.Failures!.Count());
    }

    private static ValidateOptionsResult Validate(ServerOptions options) => new ServerOptionsValidator().Validate(null, options);
}
