using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Testing.Rendezvous;

/// <summary>
/// What an ordinary peer announces that is reached through two relays, in both IP versions: its own addresses of each transport, and those
/// of each relay, for the relayed connection itself and for WebRTC over it.
/// </summary>
public static class RelayedPeer
{
    private const string Hashes =
        "/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ/certhash/uEiAfbgiymPP2_nX7Dgir8B4QkksjHp2lVuJZz0F79Be9JA";

    public static string[] Addresses()
    {
        List<string> addresses = [];
        foreach (string host in new[] { "/ip4/203.0.113.7", "/ip6/2001:db8::7" })
        {
            addresses.AddRange([.. Transports(host)]);
            addresses.Add($"{host}/udp/4001/webrtc-direct/certhash/uEiAkH5a4DPGKUuOBjYw0CgwjvcJCJMD2K_1aluKR_tpevQ");
        }

        foreach (PeerId relay in new[] { KeyPair.GenerateEd25519().PeerId, KeyPair.GenerateEd25519().PeerId })
        {
            foreach (string host in new[] { "/ip4/198.51.100.1", "/ip6/2001:db8::1" })
            {
                foreach (string transport in Transports(host))
                {
                    addresses.AddRange([$"{transport}/p2p/{relay}/p2p-circuit", $"{transport}/p2p/{relay}/p2p-circuit/webrtc"]);
                }
            }
        }

        return [.. addresses];
    }

    private static string[] Transports(string host) =>
        [$"{host}/tcp/4001", $"{host}/tcp/4001/ws", $"{host}/udp/4001/quic-v1", $"{host}/udp/4001/quic-v1/webtransport{Hashes}"];
}
