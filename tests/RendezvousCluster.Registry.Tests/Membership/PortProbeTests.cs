using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Membership;

public sealed class PortProbeTests
{
    [Fact]
    public async Task A_port_at_which_somebody_listens_accepts()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();

        Assert.Equal(PortAnswer.Acceptance, await AskAsync(((IPEndPoint)listener.LocalEndpoint).Port));
    }

    [Fact]
    public async Task A_port_at_which_nobody_listens_refuses()
    {
        // Held, so that no other process takes it meanwhile.
        using var holder = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        holder.Bind(new IPEndPoint(IPAddress.Loopback, 0));

        Assert.Equal(PortAnswer.Refusal, await AskAsync(((IPEndPoint)holder.LocalEndPoint!).Port));
    }

    [Fact]
    public async Task A_process_that_accepts_nobody_any_more_is_silent()
    {
        // Linux lets one more wait than the backlog says, and drops what comes after.
        using var stuck = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        stuck.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        stuck.Listen(0);
        int port = ((IPEndPoint)stuck.LocalEndPoint!).Port;
        using var waiting = new TcpClient();
        await waiting.ConnectAsync(IPAddress.Loopback, port).WaitAsync(TestTimeouts.Default);

        Assert.Equal(PortAnswer.Silence, await PortProbe.AskAsync(AddressOf(port)).WaitAsync(TestTimeouts.Default));
    }

    [Fact]
    public async Task A_name_that_means_nothing_is_silent() =>
        Assert.Equal(
            PortAnswer.Silence,
            await PortProbe.AskAsync(new Address("akka.tcp", "rendezvous", "nobody.invalid", 1)).WaitAsync(TestTimeouts.Default));

    // An answer that is there at once reaches a waiting task later on a loaded machine than a node may take.
    private static Task<PortAnswer> AskAsync(int port) =>
        PortProbe.AskAsync(AddressOf(port), TestTimeouts.Default).WaitAsync(TestTimeouts.Default);

    private static Address AddressOf(int port) => new("akka.tcp", "rendezvous", "127.0.0.1", port);
}
