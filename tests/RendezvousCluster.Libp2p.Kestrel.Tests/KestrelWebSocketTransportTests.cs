using System.Net;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Tests.Transports;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Kestrel.Tests;

public sealed class KestrelWebSocketTransportTests : TransportConformance
{
    protected override Multiaddr ListenAddress => Multiaddr.Parse("/ip4/127.0.0.1/tcp/0/ws");

    [Fact]
    public async Task The_transport_does_not_listen_with_tls()
    {
        var host = new TestHostContext();
        using var transport = new KestrelWebSocketTransport(host.Context);

        await Assert.ThrowsAsync<TransportException>(
            () => transport.ListenAsync(Multiaddr.Parse("/ip4/127.0.0.1/tcp/0/tls/ws"), _ => Task.CompletedTask, CancellationToken.None)
                .Within());
    }

    [Fact]
    public async Task A_browser_that_asks_for_a_page_reads_what_this_is()
    {
        var host = new TestHostContext();
        using var transport = new KestrelWebSocketTransport(host.Context);
        await using ITransportListener listener =
            await transport.ListenAsync(ListenAddress, _ => Task.CompletedTask, CancellationToken.None).Within();
        using var browser = new HttpClient();

        HttpResponseMessage answer = await browser.GetAsync(new Uri($"http://127.0.0.1:{listener.Addresses[0].ValueOf("tcp")}/")).Within();

        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    private protected override IListeningRawTransport Create(HostContext context) => new KestrelWebSocketTransport(context);
}
