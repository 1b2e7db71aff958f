using System.Net;
using System.Net.Sockets;
using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;

namespace RendezvousCluster.Registry.Tests.Links;

public sealed class LinkTransportTests : IDisposable
{
    private readonly TestAuthority _authority = new();

    public void Dispose() => _authority.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Messages_arrive_whole_and_in_order_in_both_directions(bool tls)
    {
        await using LinkNode one = await StartAsync(tls), other = await StartAsync(tls);
        (LinkEar near, LinkEar far) = await one.LinkAsync(other);
        ByteString[] messages =
            [.. Enumerable.Range(1, 500).Select(index => Message(index, index * 97 % 5_000)), Message(7, LinkNode.MaxFrameBytes)];

        foreach (ByteString message in messages)
        {
            Assert.True(near.Handle.Write(message));
            Assert.True(far.Handle.Write(message));
        }

        foreach (ByteString message in messages)
        {
            Assert.Equal(message, await far.HearAsync());
            Assert.Equal(message, await near.HearAsync());
        }

        Assert.Equal(tls ? "ssl.tcp" : "tcp", one.Address.Protocol);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_side_that_ends_a_link_has_sent_all_before_and_both_hear_the_end_once(bool tls)
    {
        await using LinkNode one = await StartAsync(tls), other = await StartAsync(tls);
        (LinkEar near, LinkEar far) = await one.LinkAsync(other);
        for (int index = 0; index < 20; index++)
        {
            Assert.True(near.Handle.Write(Message(index, 100_000)));
        }

        near.End();
        near.End();

        for (int index = 0; index < 20; index++)
        {
            Assert.Equal(Message(index, 100_000), await far.HearAsync());
        }

        await far.HearEndAsync();
        await near.HearEndAsync();
        Assert.False(near.Handle.Write(Message(0, 1)));
        await Eventually.EqualAsync(0, () => one.Transport.LinkCount + other.Transport.LinkCount);
    }

    [Fact]
    public async Task A_side_that_reads_no_more_does_not_hold_up_the_end()
    {
        await using LinkNode one = await StartAsync(tls: true), other = await StartAsync(tls: true);
        await one.DialAsync(other.Address);
        LinkEar stuck = await other.AnswerAsync();

        Task<bool> ending = other.Transport.Shutdown();

        Assert.True(await ending.Within());
        await stuck.HearEndAsync();
        await Eventually.EqualAsync(0, () => other.Transport.LinkCount);
    }

    [Fact]
    public async Task A_node_that_does_not_read_makes_the_other_keep_messages_back_and_gets_them_all_later()
    {
        LinkLimits narrow = LinkLimits.Default with { MaxUnsentBytes = 300_000 };
        await using LinkNode one = await LinkNode.StartAsync(_authority, narrow), other = await StartAsync(tls: true);
        var near = new LinkEar(await one.Transport.Associate(other.Address).Within());
        Assert.True(near.Handle.Write(LinkNode.Associate));
        var far = new LinkEar(await other.TakeAsync(), listens: false);
        int written = 0;
        while (near.Handle.Write(Message(written, 50_000)))
        {
            written++;
            Assert.InRange(written, 1, 10_000); // it must end
        }

        far.Listen();

        Assert.Equal(LinkNode.Associate, await far.HearAsync());
        for (int index = 0; index < written; index++)
        {
            Assert.Equal(Message(index, 50_000), await far.HearAsync());
        }

        await Eventually.EqualAsync(true, () => near.Handle.Write(Message(written, 1)));
        Assert.Equal(Message(written, 1), await far.HearAsync());
    }

    [Fact]
    public async Task A_reset_is_an_end()
    {
        await using LinkNode node = await StartAsync(tls: false);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, node.Port).Within();
        await client.GetStream().WriteAsync(Frame(LinkNode.Associate)).AsTask().Within();
        LinkEar ear = await node.AnswerAsync();

        client.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Dispose();

        await ear.HearEndAsync();
    }

    [Fact]
    public async Task A_message_that_is_too_long_ends_the_link()
    {
        await using LinkNode node = await StartAsync(tls: false);
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, node.Port).Within();
        await client.GetStream().WriteAsync(Frame(LinkNode.Associate)).AsTask().Within();
        LinkEar ear = await node.AnswerAsync();

        await client.GetStream().WriteAsync(BitConverter.GetBytes(LinkNode.MaxFrameBytes + 1)).AsTask().Within();

        await ear.HearEndAsync();
    }

    [Fact]
    public async Task Two_nodes_that_dial_one_another_at_once_have_two_links_that_both_work()
    {
        await using LinkNode one = await StartAsync(tls: true), other = await StartAsync(tls: true);
        LinkEar[] dialled = await Task.WhenAll(one.DialAsync(other.Address), other.DialAsync(one.Address));
        LinkEar[] answered = [await other.AnswerAsync(), await one.AnswerAsync()];

        for (int link = 0; link < dialled.Length; link++)
        {
            Assert.True(dialled[link].Handle.Write(Message(link, 10)));
            Assert.Equal(Message(link, 10), await answered[link].HearAsync());
        }
    }

    [Fact]
    public async Task A_refused_port_is_reported_as_refused()
    {
        await using LinkNode node = await StartAsync(tls: true);
        await using LinkNode gone = await StartAsync(tls: true);
        await gone.Transport.Shutdown().Within();

        var refused = await Assert.ThrowsAsync<InvalidAssociationException>(() => node.Transport.Associate(gone.Address).Within());

        Assert.StartsWith("Connection refused", refused.Message, StringComparison.Ordinal);
        Assert.Null(refused.InnerException);
    }

    [Fact]
    public async Task A_silent_remote_is_waited_for_no_longer_than_any_other()
    {
        await using LinkNode node = await StartAsync(tls: true);
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        Task<AssociationHandle> dial = node.Transport.Associate(node.Address.WithPort(((IPEndPoint)silent.LocalEndpoint).Port));
        using TcpClient taken = await silent.AcceptTcpClientAsync().Within();

        node.Time.Advance(TimeSpan.FromSeconds(2));

        var refused = await Assert.ThrowsAsync<InvalidAssociationException>(() => dial.Within());
        Assert.StartsWith("No connection within 2 s", refused.Message, StringComparison.Ordinal);
        Assert.Empty(node.Log.Lines);
    }

    [Fact]
    public async Task A_stranger_at_the_address_of_a_node_is_not_taken_for_one_and_harms_nothing()
    {
        using var foreign = new TestAuthority();
        await using LinkNode node = await StartAsync(tls: true), stranger = await LinkNode.StartAsync(foreign),
            friend = await StartAsync(tls: true);

        await Assert.ThrowsAsync<InvalidAssociationException>(() => node.Transport.Associate(stranger.Address).Within());

        Assert.Contains("of another authority", Assert.Single(node.Log.Lines), StringComparison.Ordinal);
        (LinkEar near, LinkEar far) = await node.LinkAsync(friend);
        Assert.True(near.Handle.Write(Message(1, 1)));
        Assert.Equal(Message(1, 1), await far.HearAsync());
    }

    [Theory]
    [InlineData("::1", "[::1]", "[::1]")]
    [InlineData("::", "[::]", "127.0.0.1")]
    [InlineData("::", "[::]", "localhost")]
    [InlineData("127.0.0.1", "127.0.0.1", "localhost")]
    [InlineData("0.0.0.0", "0.0.0.0", "0.0.0.0")]
    public async Task Addresses_of_either_kind_and_names_are_dialled(string bind, string host, string dialled)
    {
        await using LinkNode one = await StartAsync(tls: true), other = await LinkNode.StartAsync(_authority, bind: bind);
        Assert.Equal(host, other.Address.Host);

        LinkEar near = await one.DialAsync(other.Address.WithHost(dialled));

        Assert.True(near.Handle.Write(Message(1, 1)));
        Assert.Equal(Message(1, 1), await (await other.AnswerAsync()).HearAsync());
    }

    [Fact]
    public async Task A_name_that_nobody_knows_is_reported()
    {
        await using LinkNode node = await StartAsync(tls: true);

        var refused = await Assert.ThrowsAsync<InvalidAssociationException>(
            () => node.Transport.Associate(node.Address.WithHost("nobody.invalid")).Within());

        Assert.Contains("nobody.invalid", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_taken_port_is_a_failure_of_the_start_and_a_closed_one_can_be_had_again()
    {
        LinkNode first = await StartAsync(tls: true);
        Address address = first.Address;
        using (var squatter = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp))
        {
            Assert.Throws<SocketException>(() => squatter.Bind(new IPEndPoint(IPAddress.Loopback, address.Port!.Value)));
        }

        await first.DisposeAsync();
        using var next = new TcpListener(IPAddress.Loopback, address.Port!.Value);
        next.Start();
    }

    [Fact]
    public async Task Links_to_nodes_of_an_authority_that_is_trusted_no_more_end_and_the_others_stay()
    {
        using var next = new TestAuthority();
        using var files = new CertificateFolder();
        files.Write(_authority.Issue(), _authority, next);
        await using LinkNode node = await LinkNode.StartAsync(files.Files), old = await StartAsync(tls: true),
            renewed = await LinkNode.StartAsync(Both(next));
        LinkEar toOld = await node.DialAsync(old.Address), toRenewed = await node.DialAsync(renewed.Address);
        LinkEar atOld = await old.AnswerAsync(), atRenewed = await renewed.AnswerAsync();

        files.Write(next.Issue(), next);
        node.Time.Advance(Registry.Certificates.ClusterCredentials.Interval);

        await toOld.HearEndAsync();
        await atOld.HearEndAsync();
        Assert.True(toRenewed.Handle.Write(Message(1, 1)));
        Assert.Equal(Message(1, 1), await atRenewed.HearAsync());
    }

    private ClusterCertificateFiles Both(TestAuthority own)
    {
        (string certificate, string key) = own.Issue();
        string bundle = $"{certificate}.bundle";
        File.WriteAllText(bundle, File.ReadAllText(_authority.AuthorityFile) + "\n" + File.ReadAllText(own.AuthorityFile));
        return new ClusterCertificateFiles(certificate, key, bundle);
    }

    private Task<LinkNode> StartAsync(bool tls) => LinkNode.StartAsync(tls ? _authority : null);

    private static ByteString Message(int seed, int length)
    {
        byte[] bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return ByteString.CopyFrom(bytes);
    }

    private static byte[] Frame(ByteString message) => [.. BitConverter.GetBytes(message.Length), .. message];
}
