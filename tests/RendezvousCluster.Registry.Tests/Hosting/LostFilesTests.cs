using System.Text.RegularExpressions;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Hosting;

/// <summary>Files that somebody deletes or replaces under a node, or while it is stopped.</summary>
[TakesSeconds(30)]
public sealed class LostFilesTests : IDisposable
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("journal.db")]
    [InlineData("journal.db-wal")]
    [InlineData("snapshots.db")]
    public async Task A_node_whose_file_is_deleted_acknowledges_nothing_more_reads_on_and_says_why(string name)
    {
        string file = Path.Combine(_directory.Path, name);
        await using RegistryNode node = await StartAsync();
        Assert.Equal(RendezvousStatus.Ok, await RegisterAsync(node, 1));

        File.Delete(file);

        Assert.Equal(RendezvousStatus.Unavailable, await RegisterAsync(node, 2));
        string cause = $"^the {Regex.Escape(_directory.Path)} has taken no writes since [0-9TZ:-]+: The file '{Regex.Escape(file)}' is "
            + "gone: it was deleted or moved away while this server had it open$";
        await Eventually.EqualAsync(true, () => Regex.IsMatch(node.Readiness.WhyNotReady ?? string.Empty, cause));
        Assert.Equal(1, await CountAsync(node));
        Assert.Equal(RendezvousStatus.Unavailable, await RegisterAsync(node, 3));
    }

    /// <summary>Nobody asks for anything.</summary>
    [Fact]
    public async Task A_node_whose_file_is_replaced_notices_it_by_itself()
    {
        string file = Path.Combine(_directory.Path, "journal.db");
        await using RegistryNode node = await StartAsync();
        File.WriteAllText(file + ".other", "another file");
        File.Move(file + ".other", file, overwrite: true);

        await Eventually.EqualAsync(
            true,
            () => node.Readiness.WhyNotReady?.Contains(
                $"The file '{file}' is another one than this server has open: it was replaced", StringComparison.Ordinal));
        Assert.True(node.Health.IsAway);
    }

    [Fact]
    public async Task A_file_that_is_brought_back_is_served_on_and_nothing_is_lost()
    {
        string file = Path.Combine(_directory.Path, "journal.db");
        await using RegistryNode node = await StartAsync();
        Assert.Equal(RendezvousStatus.Ok, await RegisterAsync(node, 1));
        File.Move(file, file + ".away");
        await Eventually.EqualAsync(false, () => node.Readiness.IsReady);

        File.Move(file + ".away", file);

        await Eventually.EqualAsync(RendezvousStatus.Ok, () => RegisterAsync(node, 2));
        Assert.Equal(2, await CountAsync(node));
        await Eventually.EqualAsync(true, () => node.Readiness.IsReady);
    }

    [Theory]
    [InlineData("journal.db", "the journal is lost, and the snapshots are there")]
    [InlineData("snapshots.db", "the snapshots are lost, and the journal is there")]
    public async Task A_file_that_is_lost_while_the_node_is_stopped_stops_the_start_in_one_line(string name, string fault)
    {
        await using (RegistryNode node = await StartAsync())
        {
            Assert.Equal(RendezvousStatus.Ok, await RegisterAsync(node, 1));
        }

        File.Delete(Path.Combine(_directory.Path, name));
        await using RegistryNode next = RegistryNode.Create(TimeProvider.System, options => options.DataDirectory = _directory.Path);

        RegistryStartException refused = await Assert.ThrowsAsync<RegistryStartException>(() => next.StartHostAsync().Within());

        Assert.Contains($" is not whole: {fault}. ", refused.Message, StringComparison.Ordinal);
        Assert.Equal(refused.Message.TrimEnd('.'), next.Readiness.WhyNotReady);
    }

    private static async Task<RendezvousStatus> RegisterAsync(RegistryNode node, int peer) =>
        (await node.Registry.RegisterAsync(
            new RegisterCommand(
                Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200,
                DateTimeOffset.UtcNow.AddSeconds(5)),
            CancellationToken.None).Within()).Status;

    private static async Task<int> CountAsync(RegistryNode node) =>
        (await node.Registry.DiscoverAsync(
            new DiscoverQuery(Chat, 0, 1000, 1024 * 1024, DateTimeOffset.UtcNow.AddSeconds(5)), CancellationToken.None).Within())
        .Registrations.Count;

    private Task<RegistryNode> StartAsync() =>
        RegistryNode.StartAsync(TimeProvider.System, options => options.DataDirectory = _directory.Path);
}
