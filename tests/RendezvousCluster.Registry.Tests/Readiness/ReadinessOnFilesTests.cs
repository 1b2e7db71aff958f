using System.Text.RegularExpressions;
using Akka.Actor;
using Microsoft.Data.Sqlite;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Processes;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Readiness;

/// <summary>What a node on files says when peers are not served, though nobody has asked through it yet.</summary>
[TakesSeconds(34)]
public sealed class ReadinessOnFilesTests : IDisposable
{
    /// <summary>Of a file system that has room for the tables and little more.</summary>
    private const int SmallDiskBytes = 2 * 1024 * 1024;

    // A write is tried every ten seconds, and may take three.
    private static readonly TimeSpan NoticeTimeout = TimeSpan.FromMinutes(1);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_database_that_takes_no_writes_is_noticed_without_a_request_and_told()
    {
        await using RegistryNode node = await RegistryNode.StartAsync(
            TimeProvider.System, options => options.DataDirectory = _directory.Path);
        Assert.Null(node.Readiness.WhyNotReady);

        await using (var other = new SqliteConnection($"Data Source={Path.Combine(_directory.Path, "journal.db")};Pooling=False"))
        {
            await other.OpenAsync();
            await using SqliteCommand command = other.CreateCommand();
            command.CommandText = "BEGIN IMMEDIATE";
            await command.ExecuteNonQueryAsync();

            // On a busy machine a write may first be given up for its time; the next look names the other program.
            string cause = $"^the {Regex.Escape(_directory.Path)} has taken no writes since [0-9TZ:-]+: .*in use by another program$";
            await Eventually.EqualAsync(true, () => Regex.IsMatch(node.Readiness.WhyNotReady ?? string.Empty, cause), NoticeTimeout);
        }

        await Eventually.EqualAsync((string?)null, () => node.Readiness.WhyNotReady, NoticeTimeout);
    }

    /// <summary>A file system of its own needs root; run as another user there is nothing to fill.</summary>
    [Fact]
    public async Task A_full_disk_is_reported()
    {
        if (!Environment.IsPrivilegedProcess
            || await RunAsync("mount", "-t", "tmpfs", "-o", $"size={SmallDiskBytes}", "none", _directory.Path) != 0)
        {
            MachineGrants.PassOver("root and the right to mount a file system");
            return;
        }

        try
        {
            await using (RegistryNode node = await RegistryNode.StartAsync(
                TimeProvider.System, options => options.DataDirectory = Path.Combine(_directory.Path, "data")))
            {
                string filler = Path.Combine(_directory.Path, "filler");
                Assert.Throws<IOException>(() => File.WriteAllBytes(filler, new byte[SmallDiskBytes]));

                await Eventually.EqualAsync(false, () => node.Readiness.IsReady, NoticeTimeout);
                Assert.Contains("has taken no writes since", node.Readiness.WhyNotReady, StringComparison.Ordinal);
                Assert.Contains("is full", node.Readiness.WhyNotReady, StringComparison.Ordinal);

                File.Delete(filler);
                await Eventually.EqualAsync((string?)null, () => node.Readiness.WhyNotReady, NoticeTimeout);
            }
        }
        finally
        {
            Assert.Equal(0, await RunAsync("umount", _directory.Path));
        }
    }

    /// <summary>Its own way to all namespaces is dead, and nothing mends it.</summary>
    [Fact]
    public async Task A_node_whose_region_has_ended_is_not_ready()
    {
        await using RegistryNode node = await RegistryNode.StartAsync(TimeProvider.System, options => options.EnableMemoryDatabase = true);

        node.System.ActorSelection($"/system/sharding/{RegionNames.Namespaces}").Tell(PoisonPill.Instance);

        await Eventually.EqualAsync(false, () => node.Readiness.IsReady, NoticeTimeout);
        Assert.Equal("the owner of a namespace does not answer", node.Readiness.WhyNotReady);
    }

    [Fact]
    public async Task A_node_says_that_it_starts_before_and_that_it_stops_after()
    {
        RegistryNode node = RegistryNode.Create(TimeProvider.System, options => options.EnableMemoryDatabase = true);
        Assert.Equal("this node is starting", node.Readiness.WhyNotReady);
        await node.StartHostAsync().Within();
        await node.Readiness.WaitUntilReadyAsync(CancellationToken.None).Within();
        IRegistryReadiness readiness = node.Readiness;

        await node.StopHostAsync().Within();

        Assert.Equal("this node is stopping", readiness.WhyNotReady);
        await node.DisposeAsync();
    }

    [Fact]
    public async Task A_request_of_a_peer_that_is_served_says_nothing_against_readiness()
    {
        await using RegistryNode node = await RegistryNode.StartAsync(TimeProvider.System, options => options.EnableMemoryDatabase = true);
        var command = new RegisterCommand(
            RendezvousNamespace.Parse("chat"), TestPeers.Id(1), TestPeers.Envelope(1), RegistrationFlavour.Standard, 1, 7200,
            TimeProvider.System.GetUtcNow().AddSeconds(5));

        Assert.Equal(RendezvousStatus.Ok, (await node.Registry.RegisterAsync(command, CancellationToken.None).Within()).Status);

        Assert.True(node.Readiness.IsReady);
        Assert.Null(node.Readiness.Remark);
    }

    private static async Task<int> RunAsync(string program, params string[] arguments)
    {
        await using ChildProcess child = ChildProcess.Start(program, program, arguments, "/");
        return await child.ExitAsync();
    }
}
