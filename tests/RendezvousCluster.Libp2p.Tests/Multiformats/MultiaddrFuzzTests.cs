using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Multiformats;

/// <summary>The parsers answer any input without an exception; an address that they accept has one text and one binary form.</summary>
public class MultiaddrFuzzTests
{
    private const int Rounds = 20_000;

    [Fact]
    public void Mutated_addresses_are_refused_or_round_trip()
    {
        Random random = SeededRandom.Create(out int seed);
        byte[][] samples =
        [
            Multiaddr.Parse(
                "/ip4/127.0.0.1/udp/1234/quic-v1/webtransport/certhash/uEiDDq4_xNyDorZBH3TlGazyJdOWSwvo4PUo5YHFMrvDE8g").Bytes.ToArray(),
            Multiaddr.Parse(
                "/ip6zone/eth0/ip6/fe80::1/tcp/1/p2p/QmcgpsyWgH8Y8ajJz1Cu72KnS5uo2Aa2LpzU7kinSupNKC/p2p-circuit").Bytes.ToArray(),
            Multiaddr.Parse("/dns4/exämple.org/tcp/443/tls/sni/example.org/http/http-path/a%2Fb").Bytes.ToArray(),
            Multiaddr.Parse("/onion/timaq4ygg2iegci7:80").Append(Multiaddr.Parse("/unix/a b")).Bytes.ToArray(),
        ];

        for (int round = 0; round < Rounds; round++)
        {
            byte[] bytes = [.. samples[random.Next(samples.Length)]];
            for (int change = random.Next(1, 4); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            if (!Multiaddr.TryFromBytes(bytes, out Multiaddr? address))
            {
                continue;
            }

            Assert.Equal(bytes, address.Bytes.ToArray());
            Assert.DoesNotContain(address.ToString(), char.IsControl);
            Assert.True(Multiaddr.TryParse(address.ToString(), out Multiaddr? again), $"{address} TEST_SEED={seed}");
            Assert.True(address == again, $"{address} became {again}, TEST_SEED={seed}");
        }
    }

    [Fact]
    public void Random_text_never_throws()
    {
        const string Alphabet = "/ip46tcpudns:.%[]0123456789abcQmz1u~-+=\u00e4\ud83d\ude80\0\n\u007f";
        Random random = SeededRandom.Create(out int seed);
        for (int round = 0; round < Rounds; round++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            string protocol = MultiaddrProtocols.All[random.Next(MultiaddrProtocols.All.Count)].Name;
            ExpectRoundTrip("/" + text, seed);
            ExpectRoundTrip($"/{protocol}/{text}", seed);
            foreach (string candidate in new[] { text, "bzfkBu"[random.Next(6)] + text })
            {
                bool parsed = PeerId.TryParse(candidate, out PeerId? peerId);
                Assert.Equal(parsed, peerId is not null && PeerId.Parse(peerId.ToString()) == peerId);
            }
        }
    }

    private static void ExpectRoundTrip(string text, int seed)
    {
        if (Multiaddr.TryParse(text, out Multiaddr? address))
        {
            Assert.True(Multiaddr.TryFromBytes(address.Bytes.Span, out Multiaddr? again), $"{text} TEST_SEED={seed}");
            Assert.Equal(address.ToString(), Multiaddr.Parse(again.ToString()).ToString());
        }
    }
}
