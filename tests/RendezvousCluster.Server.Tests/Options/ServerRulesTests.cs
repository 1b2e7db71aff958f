using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Server.Options;

namespace RendezvousCluster.Server.Tests.Options;

public sealed class ServerRulesTests
{
    [Fact]
    public void The_defaults_are_valid() => Assert.Empty(ServerRules.Check(new ServerOptions()));

    [Fact]
    public void A_range_of_times_to_live_that_is_upside_down_is_reported_once()
    {
        RuleFault fault = Assert.Single(ServerRules.Check(new ServerOptions { Limits = { MinTtlSeconds = 11, MaxTtlSeconds = 10 } }));

        Assert.Equal("min-ttl (11) is above max-ttl (10).", fault.Sentence);
        Assert.Equal(["MinTtlSeconds", "MaxTtlSeconds"], fault.Keys);
    }

    [Fact]
    public void An_upkeep_that_cannot_work_is_refused()
    {
        var upkeep = new UpkeepOptions { FenceAge = TimeSpan.FromMinutes(6) };

        Assert.StartsWith("Upkeep:TrustAge is 00:05:00", Failure(new ServerOptions { Upkeep = upkeep }), StringComparison.Ordinal);
        upkeep.TrustAge = TimeSpan.FromMinutes(3);
        Assert.Empty(ServerRules.Check(new ServerOptions { Upkeep = upkeep }));
    }

    [Theory]
    [InlineData(262_144, 16_777_216, null)]
    [InlineData(
        8_000_000,
        31_999_999,
        "Libp2p:Limits:MaxHeldBytes is 31999999; with MaxReceiveBytesPerConnection at 8000000 it must be at least 32000000.")]
    public void Bounds_on_bytes_that_leave_no_room_are_refused(int perConnection, long inAll, string? said) => Assert.Equal(
        said is null ? [] : [said],
        ServerRules.Check(new ServerOptions { Libp2p =
            { Limits = { MaxReceiveBytesPerConnection = perConnection, MaxHeldBytes = inAll } } })
            .Select(fault => fault.Sentence));

    [Fact]
    public void Limits_of_a_connection_that_contradict_one_another_are_refused()
    {
        Assert.StartsWith(
            "Libp2p:Limits:FirstByteTimeout is 00:00:11; with UpgradeTimeout at 00:00:10 ",
            Failure(new ServerOptions { Libp2p = { Limits = { FirstByteTimeout = TimeSpan.FromSeconds(11) } } }),
            StringComparison.Ordinal);
        Assert.StartsWith(
            "Libp2p:Limits:YamuxWindowBytes is 2097152; it must be at most MaxReceiveBytesPerConnection",
            Failure(new ServerOptions { Libp2p = { Limits = { YamuxWindowBytes = 2 * 1024 * 1024 } } }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Limits_of_the_protocol_that_contradict_one_another_are_refused_with_their_section() => Assert.StartsWith(
        "Limits:MaxRequestBytes is 2048; it must be from 5120 ",
        Failure(new ServerOptions { Limits = { MaxRequestBytes = 2_048 } }),
        StringComparison.Ordinal);

    [Theory]
    [InlineData(RegistryStorage.Postgres)]
    [InlineData(RegistryStorage.MySql)]
    public void A_database_server_needs_a_connection_string_in_one_of_two_ways(RegistryStorage storage)
    {
        Assert.Empty(ServerRules.Check(new ServerOptions { Storage = storage, ConnectionString = "Host=db" }));
        Assert.Empty(ServerRules.Check(new ServerOptions { Storage = storage, ConnectionStringFile = "secret" }));
        Assert.Contains("needs one", Failure(new ServerOptions { Storage = storage }), StringComparison.Ordinal);
        Assert.Contains(
            "leave one of the two out",
            Failure(new ServerOptions { Storage = storage, ConnectionString = "Host=db", ConnectionStringFile = "secret" }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_connection_string_that_would_not_be_used_is_refused()
    {
        Assert.Contains("storage sqlite uses none", Failure(new ServerOptions { ConnectionString = "Host=db" }), StringComparison.Ordinal);
        Assert.Contains(
            "storage memory uses none",
            Failure(new ServerOptions { EnableMemoryDatabase = true, ConnectionStringFile = "secret" }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_front_end_has_no_use_for_storage()
    {
        var options = new ServerOptions
        {
            Roles = "frontend", Seeds = ["10.0.0.6:4053"], ClusterCertificate = "node.pem", ClusterKey = "node.key",
            ClusterAuthority = "ca.pem",
        };
        Assert.Empty(ServerRules.Check(options));

        options.ConnectionString = "Host=db";
        Assert.Contains("keeps no data", Failure(options), StringComparison.Ordinal);
    }

    [Fact]
    public void Memory_and_another_storage_are_one_too_many()
    {
        Assert.Empty(ServerRules.Check(new ServerOptions { EnableMemoryDatabase = true, Storage = RegistryStorage.Memory }));
        Assert.Contains(
            "storage is sqlite",
            Failure(new ServerOptions { EnableMemoryDatabase = true, Storage = RegistryStorage.Sqlite }),
            StringComparison.Ordinal);
    }

    [Fact]
    public void A_total_that_leaves_no_room_for_a_peer_s_quota_is_refused() => Assert.Contains(
        "must be at least 128000", Failure(new ServerOptions { Registrations = { MaxRegistrations = 127_999 } }), StringComparison.Ordinal);

    private static string Failure(ServerOptions options) => Assert.Single(ServerRules.Check(options)).Sentence;
}
