using Microsoft.Data.Sqlite;
using RendezvousCluster.Core;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Readiness;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Readiness;

/// <summary>Causes that only requests bring to light, at a whole registry.</summary>
public sealed class ReadinessFindingsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_point_that_is_full_is_ready_and_says_so()
    {
        await using RegistryNode node = await RegistryNode.StartAsync(
            TimeProvider.System,
            options =>
            {
                options.EnableMemoryDatabase = true;
                options.Limits.MaxRegistrationsPerPeer = 1;
                options.Limits.MaxRegistrations = LedgerParts.Count;
            });
        RendezvousStatus status = RendezvousStatus.Ok;
        for (int peer = 1; status == RendezvousStatus.Ok; peer++)
        {
            Assert.InRange(peer, 1, 1_000);
            status = await RegisterAsync(node, peer);
        }

        Assert.Equal(RendezvousStatus.Unavailable, status);
        await Eventually.EqualAsync(true, () => node.Readiness.Remark?.Contains("new ones are refused", StringComparison.Ordinal));
        Assert.True(node.Readiness.IsReady);
        Assert.Equal((ReadinessFinding.Capacity, false), node.Readiness.Findings.Select(found => (found.Check, found.IsAgainst)).Single());
    }

    /// <summary>A table that the server may not write to: the look at the database writes elsewhere.</summary>
    [Fact]
    public async Task A_node_whose_writes_all_fail_is_not_ready_though_its_database_takes_writes()
    {
        await using RegistryNode node = await RegistryNode.StartAsync(
            TimeProvider.System, options => options.DataDirectory = _directory.Path);
        await ExecuteAsync(
            $"CREATE TRIGGER broken BEFORE INSERT ON journal WHEN NEW.persistence_id LIKE '{EntityIds.Prefix}%' "
            + "BEGIN SELECT RAISE(ABORT, 'broken'); END");

        await Eventually.EqualAsync(true, async () =>
        {
            await RegisterAsync(node, peer: 1);
            return node.Readiness.WhyNotReady?.Contains("takes writes, but all", StringComparison.Ordinal);
        });
        Assert.Contains(
            (ReadinessFinding.DatabaseWrites, true), node.Readiness.Findings.Select(finding => (finding.Check, finding.IsAgainst)));

        await ExecuteAsync("DROP TRIGGER broken");
        await Eventually.EqualAsync(true, async () => await RegisterAsync(node, peer: 1) == RendezvousStatus.Ok && node.Readiness.IsReady);
    }

    private static async Task<RendezvousStatus> RegisterAsync(RegistryNode node, int peer)
    {
        var command = new RegisterCommand(
            RendezvousNamespace.Parse("chat"), TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200,
            TimeProvider.System.GetUtcNow().AddSeconds(5));
        return (await node.Registry.RegisterAsync(command, CancellationToken.None).Within()).Status;
    }

    private async Task ExecuteAsync(string text)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, "journal.db")};Pooling=False");
        await connection.OpenAsync();
        await using SqliteCommand command = connection.CreateCommand();
        command.CommandText = text;
        await command.ExecuteNonQueryAsync();
    }
}
