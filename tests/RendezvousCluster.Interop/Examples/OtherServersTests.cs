using RendezvousCluster.Client.Tests.Stubs;

namespace RendezvousCluster.Interop.Examples;

/// <summary>The JavaScript examples against stub points with the habits of other servers.</summary>
public sealed class OtherServersTests
{
    private const string Namespace = "example-namespace";

    [Theory]
    [InlineData("waku-go")] // resets every stream, leaves out what is zero
    [InlineData("rust under another name")]
    [InlineData("nim")]
    [InlineData("one request, then reset")]
    [InlineData("never closes")]
    [InlineData("byte by byte")]
    public async Task The_js_listener_registers_and_unregisters_and_the_js_dialer_finds_it(string server)
    {
        await using StubPoint point = await StubPoint.StartAsync(StubHabits.Of(server));
        await using ExampleProcess listener = ExampleProcess.Start("js", "Listener", point.Address);
        string listenerId = await listener.ReadAfterAsync("Node started with id ");
        Assert.Equal(Namespace, await listener.ReadAfterAsync("Registered to: "));

        await using ExampleProcess dialer = ExampleProcess.Start("js", "Dialer", point.Address);
        await dialer.ReadAfterAsync("Node started with id ");
        await dialer.ReadAfterAsync($"Discovered peer with id: {listenerId} and multiaddrs ");
        await dialer.ReadAfterAsync($"Dialled {listenerId} at ");
        await dialer.ReadAfterAsync("Dialled 1 of those registered to: ");
        Assert.Equal(0, await dialer.ExitAsync());

        Assert.Equal(0, await listener.TerminateAsync());
        Assert.Equal("", listener.Errors);
        Assert.Empty(point.Registry.PeersIn(Namespace));
    }
}
