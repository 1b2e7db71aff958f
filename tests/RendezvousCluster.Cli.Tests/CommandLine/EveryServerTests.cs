using System.Text.Json;
using RendezvousCluster.Client.Tests.Stubs;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Cli.Tests.CommandLine;

/// <summary>The commands against stub points with the habits of every other server.</summary>
public sealed class EveryServerTests
{
    public static TheoryData<string> Servers => [.. StubHabits.All.Select(habits => habits.Name)];

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Register_discover_and_unregister_succeed(string server)
    {
        StubHabits habits = StubHabits.Of(server);
        using var folder = new TemporaryFolder();
        await using StubPoint point = await StubPoint.StartAsync(habits);
        string key = folder.File("node.key");
        var self = PeerId.Parse((await Run.ToEndAsync("keygen", key)).Output.Trim());
        TestPeer other = point.AddPeer("chat");
        string[] me = ["--identity", key, "--point", point.Address];

        (int code, string output, string error) = await Run.ToEndAsync(
            ["register", "chat", "--once", "--ttl", "600", "--announce", "/dns4/example.com/tcp/4001", .. me]);
        Assert.True(code == 0, output + error);
        Assert.Equal([other.Id, self], point.Registry.PeersIn("chat"));

        JsonElement[] found = await Run.ToJsonAsync(["discover", "chat", "--point", point.Address]);
        Assert.Equal(habits.Flavour == RegistrationFlavour.PeerInfo ? 0 : 2, found.Length); // nothing to verify in the others

        (code, output, error) = await Run.ToEndAsync(["unregister", "chat", .. me]);
        Assert.True(code == 0, output + error);
        Assert.Equal([other.Id], point.Registry.PeersIn("chat"));
    }
}
