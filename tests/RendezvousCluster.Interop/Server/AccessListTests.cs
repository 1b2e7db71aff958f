using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Interop.Server;

/// <summary>A real server whose list of whom it serves changes while it runs.</summary>
public sealed class AccessListTests
{
    private const int Sighup = 1;

    [Fact]
    public async Task A_list_is_read_again_on_sighup_and_one_that_is_broken_changes_nothing()
    {
        using var folder = new TemporaryFolder();
        string list = folder.File("access");
        await File.WriteAllTextAsync(list, "# nobody is blocked\n");
        await using ServerProcess server = await ServerProcess.StartAsync(
            folder, "--enable-memory-database", "--management", "127.0.0.1:0", "--access-file", list);
        await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
        await peer.RegisterAsync("before");

        await File.WriteAllTextAsync(list, "block everything\n");
        server.Signal(Sighup);
        await Eventually.EqualAsync(true, () => server.Errors.Contains("The list of before stays in use", StringComparison.Ordinal));
        await peer.RegisterAsync("still-there");

        await File.WriteAllTextAsync(list, "block 127.0.0.0/8\n");
        server.Signal(Sighup);
        await Eventually.EqualAsync(true, () => server.Errors.Contains("connections that were ended by it: 1", StringComparison.Ordinal));
        await Assert.ThrowsAnyAsync<Exception>(() => WirePeer.ConnectAsync(server.TcpAddress));
        await Eventually.EqualAsync(true, () => server.Errors.Contains("The access list refuses connections: 1", StringComparison.Ordinal));

        Assert.Equal(0, await server.TerminateAsync(TestTimeouts.Default));
    }
}
