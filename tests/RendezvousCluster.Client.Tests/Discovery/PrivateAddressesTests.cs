using RendezvousCluster.Client.Discovery;
using RendezvousCluster.Libp2p.Multiformats;

namespace RendezvousCluster.Client.Tests.Discovery;

public sealed class PrivateAddressesTests
{
    [Theory]
    [InlineData("/ip4/127.0.0.1/tcp/1")]
    [InlineData("/ip4/10.1.2.3/tcp/1")]
    [InlineData("/ip4/172.16.0.1/tcp/1")]
    [InlineData("/ip4/172.31.255.255/udp/1/quic-v1")]
    [InlineData("/ip4/192.168.0.1/tcp/1/ws")]
    [InlineData("/ip4/169.254.169.254/tcp/80")] // where clouds keep their secrets
    [InlineData("/ip4/100.64.0.1/tcp/1")]
    [InlineData("/ip4/0.0.0.0/tcp/1")]
    [InlineData("/ip4/224.0.0.1/tcp/1")]
    [InlineData("/ip4/255.255.255.255/tcp/1")]
    [InlineData("/ip6/::1/tcp/1")]
    [InlineData("/ip6/::/tcp/1")]
    [InlineData("/ip6/fe80::1/tcp/1")]
    [InlineData("/ip6/fd00::1/tcp/1")]
    [InlineData("/ip6/ff02::1/tcp/1")]
    [InlineData("/ip6/::ffff:127.0.0.1/tcp/1")]
    [InlineData("/ip6/64:ff9b::a00:1/tcp/1")] // 10.0.0.1 through NAT64
    [InlineData("/ip6/2002:7f00:1::/tcp/1")] // 127.0.0.1 by 6to4
    [InlineData("/dns4/localhost/tcp/1")]
    [InlineData("/dns/printer.local/tcp/1")]
    [InlineData("/dns/vault.internal./tcp/1")]
    [InlineData("/dns4/intranet/tcp/1")]
    [InlineData("/dns4/127.0.0.1/tcp/1")]
    [InlineData("/ip4/192.168.0.1/tcp/1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit")] // a relay next door
    [InlineData("/p2p-circuit")] // through whichever relay
    [InlineData("/unix/var/run/secret.sock")]
    public void Leads_into_a_private_network(string address) => Assert.True(PrivateAddresses.Contains(Multiaddr.Parse(address)));

    [Theory]
    [InlineData("/ip4/198.51.100.7/tcp/1")]
    [InlineData("/ip4/172.15.255.255/tcp/1")]
    [InlineData("/ip4/172.32.0.1/tcp/1")]
    [InlineData("/ip4/100.128.0.1/tcp/1")]
    [InlineData("/ip4/223.255.255.255/tcp/1")]
    [InlineData("/ip6/2001:db8::1/tcp/1")]
    [InlineData("/ip6/::ffff:198.51.100.7/tcp/1")]
    [InlineData("/dns4/example.com/tcp/443/tls/ws")]
    [InlineData("/dns/localhost.example.com/tcp/1")]
    [InlineData("/dnsaddr/example.com")]
    [InlineData("/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234")]
    [InlineData("/garlic32/566niximlxdzpanmn4qouucvua3k7neniwss47li5r6ugoertzuqzwas")]
    [InlineData("/ip4/198.51.100.7/udp/1/quic-v1/p2p/12D3KooWD3eckifWpRn9wQpMG9R9hX3sD158z7EqHWmweQAJU5SA/p2p-circuit/webrtc")]
    public void Leads_outside(string address) => Assert.False(PrivateAddresses.Contains(Multiaddr.Parse(address)));
}
