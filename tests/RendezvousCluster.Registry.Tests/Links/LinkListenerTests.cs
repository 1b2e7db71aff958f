using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Registry.Certificates;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;

namespace RendezvousCluster.Registry.Tests.Links;

/// <summary>
/// What strangers do at the port between nodes: the listener counts it by reason, logs one line a minute, and lets nodes in all the time.
/// </summary>
public sealed class LinkListenerTests : IAsyncLifetime, IDisposable
{
    private static readonly byte[] HeadOfTls = [0x16, 0x03, 0x01, 0x00, 0xff, 0x01];

    private readonly TestAuthority _authority = new();
    private readonly TestAuthority _foreign = new();
    private readonly List<TcpClient> _clients = [];
    private LinkNode? _node;

    private LinkNode Node => _node!;

    public async Task InitializeAsync() => _node = await LinkNode.StartAsync(_authority);

    public async Task DisposeAsync()
    {
        _clients.ForEach(client => client.Dispose());
        await Node.DisposeAsync();
    }

    public void Dispose()
    {
        _authority.Dispose();
        _foreign.Dispose();
    }

    [Fact]
    public async Task A_connection_without_TLS_is_closed_at_its_first_byte()
    {
        TcpClient web = await ConnectAsync();
        await web.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: x\r\n\r\n")).AsTask().Within();
        await ClosesAsync(web);
        TcpClient garbage = await ConnectAsync();
        await garbage.GetStream().WriteAsync(new byte[] { 0 }).AsTask().Within();
        await ClosesAsync(garbage);

        await TurnedAwayAsync(StrangerKind.NoTls, 2);
        Assert.Equal(
            "1 connections to the port between nodes were turned away (1 no_tls); the last one from 127.0.0.1: it does not speak TLS",
            Assert.Single(Node.Log.Lines));
        await LetsANodeInAsync();
    }

    [Fact]
    public async Task A_handshake_that_is_garbage_behind_its_first_byte_is_closed()
    {
        TcpClient client = await ConnectAsync();
        await client.GetStream().WriteAsync((byte[])[0x16, .. Enumerable.Repeat((byte)0xff, 2_000)]).AsTask().Within();
        await ClosesAsync(client);

        await TurnedAwayAsync(StrangerKind.BrokenHandshake, 1);
        await LetsANodeInAsync();
    }

    [Fact]
    public async Task A_TLS_client_without_a_certificate_is_turned_away()
    {
        await HandshakeAsync(certificate: null);

        await TurnedAwayAsync(StrangerKind.NoCertificate, 1);
        await LetsANodeInAsync();
    }

    [Fact]
    public async Task A_certificate_of_another_authority_is_turned_away_and_its_text_is_made_visible()
    {
        var name = new X500DistinguishedNameBuilder();
        name.AddCommonName("\u001b[31mnode-1\nFAKE LINE \u202e");
        await HandshakeAsync(_foreign.Issue(name: name.Build()));

        await TurnedAwayAsync(StrangerKind.OtherAuthority, 1);
        await Eventually.EqualAsync(1, () => Node.Log.Lines.Count); // the line follows the count
        string line = Assert.Single(Node.Log.Lines);
        Assert.Contains("\\u001b[31mnode-1", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, character => char.IsControl(character) || character == '\u202e');
        await LetsANodeInAsync();
    }

    [Fact]
    public async Task A_certificate_out_of_date_is_turned_away()
    {
        await HandshakeAsync(_authority.Issue(until: Node.Time.GetUtcNow().AddDays(-1)));

        await TurnedAwayAsync(StrangerKind.OutOfDate, 1);
    }

    [Fact]
    public async Task A_stranger_with_a_certificate_that_does_not_begin_as_a_node_is_turned_away()
    {
        (string certificate, string key) = _authority.Issue();
        TcpClient client = await ConnectAsync();
        await using SslStream tls = await SecureAsync(client, X509Certificate2.CreateFromPemFile(certificate, key));
        await tls.WriteAsync(Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n")).AsTask().Within();

        await TurnedAwayAsync(StrangerKind.NoNode, 1);
        await LetsANodeInAsync();
    }

    [Fact]
    public async Task A_connection_that_is_silent_or_stops_in_the_middle_is_closed_when_its_time_is_over()
    {
        TcpClient silent = await ConnectAsync(), half = await ConnectAsync();
        await half.GetStream().WriteAsync(HeadOfTls).AsTask().Within();
        await Eventually.EqualAsync(2, () => Node.Transport.UnprovenCount);

        Node.Time.Advance(LinkLimits.Default.ProofTimeout);

        await ClosesAsync(silent);
        await ClosesAsync(half);
        await TurnedAwayAsync(StrangerKind.Silent, 2);
        await Eventually.EqualAsync(0, () => Node.Transport.UnprovenCount);
    }

    [Fact]
    public async Task A_connection_that_only_hangs_up_is_not_logged()
    {
        (await ConnectAsync()).Dispose();

        await Eventually.EqualAsync(1, () => Node.Strangers(StrangerKind.HungUp));
        Assert.Empty(Node.Log.Lines);
    }

    [Fact]
    public async Task Thousands_that_say_nothing_crowd_out_themselves_while_a_node_is_let_in()
    {
        const int Crowd = 2_000;
        for (int visit = 0; visit < Crowd; visit++)
        {
            await ConnectAsync();
        }

        await LetsANodeInAsync();

        await Eventually.EqualAsync(true, () => Node.Strangers(StrangerKind.Crowded) >= Crowd - LinkLimits.Default.MaxUnproven);
        Assert.InRange(Node.Transport.UnprovenCount, 0, LinkLimits.Default.MaxUnproven);
        Node.Time.Advance(LogThrottle.Interval);
        Assert.InRange(Node.Log.Lines.Count, 1, 2);
    }

    [Fact]
    public async Task Beyond_the_number_of_links_that_there_may_be_newcomers_are_closed_at_once()
    {
        await using LinkNode small = await LinkNode.StartAsync(_authority, LinkLimits.Default with { MaxInboundLinks = 1 });
        await using LinkNode friend = await LinkNode.StartAsync(_authority);
        (LinkEar near, LinkEar far) = await friend.LinkAsync(small);
        using var late = new TcpClient();
        await late.ConnectAsync(IPAddress.Loopback, small.Port).Within();

        await ClosesAsync(late);

        await Eventually.EqualAsync(1, () => small.Strangers(StrangerKind.Crowded));
        Assert.True(near.Handle.Write(LinkNode.Associate));
        Assert.Equal(LinkNode.Associate, await far.HearAsync());
    }

    [Fact]
    public async Task Without_TLS_only_what_a_node_begins_with_gets_to_the_toolkit()
    {
        await using LinkNode open = await LinkNode.StartAsync((TestAuthority?)null);
        foreach (byte[] first in (byte[][])[
            Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\n\r\n"), HeadOfTls, [4, 0, 0, 0, 1, 2, 3, 4], [0, 0x20, 0, 0],
        ])
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, open.Port).Within();
            await client.GetStream().WriteAsync(first).AsTask().Within();
            await ClosesAsync(client);
        }

        await Eventually.EqualAsync(4, () => open.Strangers(StrangerKind.NoNode));
        await using LinkNode friend = await LinkNode.StartAsync((TestAuthority?)null);
        await friend.LinkAsync(open);
    }

    private async Task LetsANodeInAsync()
    {
        await using LinkNode friend = await LinkNode.StartAsync(_authority);
        await friend.LinkAsync(Node);
    }

    private Task TurnedAwayAsync(StrangerKind kind, int times) => Eventually.EqualAsync(times, () => Node.Strangers(kind));

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        _clients.Add(client);
        await client.ConnectAsync(IPAddress.Loopback, Node.Port).Within();
        return client;
    }

    private Task HandshakeAsync((string Certificate, string Key) issued) =>
        HandshakeAsync(X509Certificate2.CreateFromPemFile(issued.Certificate, issued.Key));

    // Turned away in the handshake, or, as TLS 1.3 has it, right after.
    private async Task HandshakeAsync(X509Certificate2? certificate)
    {
        try
        {
            await using SslStream tls = await SecureAsync(await ConnectAsync(), certificate);
            await tls.WriteAsync(new byte[64]).AsTask().Within();
            Assert.Equal(0, await tls.ReadAsync(new byte[64]).Within());
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            return; // as it should
        }
    }

    private static async Task<SslStream> SecureAsync(TcpClient client, X509Certificate2? certificate)
    {
        var tls = new SslStream(client.GetStream());
        await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "any",
            ClientCertificateContext = certificate is null ? null : SslStreamCertificateContext.Create(certificate, null, offline: true),
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
        }).Within();
        return tls;
    }

    private static async Task ClosesAsync(TcpClient client)
    {
        try
        {
            byte[] rest = new byte[1024];
            while (await client.GetStream().ReadAsync(rest).Within() > 0)
            {
                continue; // the alert of a handshake that failed
            }
        }
        catch (IOException)
        {
            return; // reset, since it had sent more than was read
        }
    }
}
