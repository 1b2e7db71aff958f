using RendezvousCluster.Interop.Server;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Interop.Examples;

/// <summary>
/// The classic pair, in both languages and across them. All share the examples' namespace: a listener that did not unregister at its end
/// would be found by the next test's dialer.
/// </summary>
public sealed class ListenerDialerTests(ServerWithDefaults running) : IClassFixture<ServerWithDefaults>
{
    private const string Namespace = "example-namespace";

    private readonly string _point = running.Server.TcpAddress;

    [Theory]
    [InlineData("C#", "C#")]
    [InlineData("C#", "js")]
    [InlineData("js", "C#")]
    [InlineData("js", "js")]
    public async Task The_dialer_finds_the_listener_and_dials_what_it_found(string listenerLanguage, string dialerLanguage)
    {
        await using ExampleProcess listener = ExampleProcess.Start(listenerLanguage, "Listener", _point);
        string listenerId = await listener.ReadAfterAsync("Node started with id ");
        Assert.Equal(Namespace, await listener.ReadAfterAsync("Registered to: "));

        await using ExampleProcess dialer = ExampleProcess.Start(dialerLanguage, "Dialer", _point);
        Assert.NotEqual(listenerId, await dialer.ReadAfterAsync("Node started with id "));
        string address = await dialer.ReadAfterAsync($"Discovered peer with id: {listenerId} and multiaddrs ");
        Assert.StartsWith("/ip4/127.0.0.1/tcp/", Multiaddr.Parse(address).ToString(), StringComparison.Ordinal);
        Assert.Matches("^(/p2p/\\w+)?: ping [0-9.]+ ms$", await dialer.ReadAfterAsync($"Dialled {listenerId} at {address}"));
        Assert.Equal($"Dialled 1 of those registered to: {Namespace}", await dialer.ReadLineAsync());
        Assert.Equal(0, await dialer.ExitAsync());

        Assert.Equal(0, await listener.TerminateAsync());
    }

    [Theory]
    [InlineData("C#")]
    [InlineData("js")]
    public async Task A_dialer_that_finds_nobody_says_so(string language)
    {
        await using ExampleProcess dialer = ExampleProcess.Start(language, "Dialer", _point);

        await dialer.ReadAfterAsync("Node started with id ");
        Assert.Equal($"Dialled 0 of those registered to: {Namespace}", await dialer.ReadLineAsync());
        Assert.Equal(1, await dialer.ExitAsync());
    }

    [Theory]
    [InlineData("C#", "Listener", "Not registered: ")]
    [InlineData("C#", "Dialer", "Nothing discovered: ")]
    [InlineData("js", "Listener", "Not registered: ")]
    [InlineData("js", "Dialer", "Nothing discovered: ")]
    public async Task A_point_that_is_not_there_is_reported_on_standard_error(string language, string name, string start)
    {
        string nowhere = $"/ip4/127.0.0.1/tcp/{TestDatabaseServer.FreePort()}/p2p/{running.Server.PeerId}";

        await using ExampleProcess example = ExampleProcess.Start(language, name, nowhere);

        Assert.Equal(1, await example.ExitAsync());
        Assert.StartsWith(start, example.Errors, StringComparison.Ordinal);
    }
}
