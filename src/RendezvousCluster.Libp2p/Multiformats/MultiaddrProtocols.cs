using System.Collections.Frozen;
using System.Diagnostics.CodeAnalysis;

namespace RendezvousCluster.Libp2p.Multiformats;

/// <summary>One row of the table: a protocol's name, its code, and what its value looks like.</summary>
internal sealed record MultiaddrProtocol(string Name, int Code, MultiaddrValueKind ValueKind)
{
    /// <summary>The value's bytes where they are fixed; null where a uvarint length stands before it.</summary>
    public int? FixedValueBytes { get; } = ValueKind switch
    {
        MultiaddrValueKind.None => 0,
        MultiaddrValueKind.CidrMask => 1,
        MultiaddrValueKind.Port => 2,
        MultiaddrValueKind.Ip4 => 4,
        MultiaddrValueKind.MemoryPort => 8,
        MultiaddrValueKind.Onion => 10 + 2,
        MultiaddrValueKind.Ip6 => 16,
        MultiaddrValueKind.Onion3 => 35 + 2,
        _ => null,
    };
}

/// <summary>
/// The multiaddr code table (https://github.com/multiformats/multiaddr/blob/master/protocols.csv), deprecated rows included: old
/// peers still announce them, and a code that is missing here makes the whole address unreadable.
/// </summary>
internal static class MultiaddrProtocols
{
    public const int P2p = 421;

    private static readonly MultiaddrProtocol[] Table =
    [
        new("ip4", 4, MultiaddrValueKind.Ip4),
        new("tcp", 6, MultiaddrValueKind.Port),
        new("dccp", 33, MultiaddrValueKind.Port),
        new("ip6", 41, MultiaddrValueKind.Ip6),
        new("ip6zone", 42, MultiaddrValueKind.Name),
        new("ipcidr", 43, MultiaddrValueKind.CidrMask),
        new("dns", 53, MultiaddrValueKind.Name),
        new("dns4", 54, MultiaddrValueKind.Name),
        new("dns6", 55, MultiaddrValueKind.Name),
        new("dnsaddr", 56, MultiaddrValueKind.Name),
        new("sctp", 132, MultiaddrValueKind.Port),
        new("udp", 273, MultiaddrValueKind.Port),
        new("p2p-webrtc-star", 275, MultiaddrValueKind.None),
        new("p2p-webrtc-direct", 276, MultiaddrValueKind.None),
        new("p2p-stardust", 277, MultiaddrValueKind.None),
        new("webrtc-direct", 280, MultiaddrValueKind.None),
        new("webrtc", 281, MultiaddrValueKind.None),
        new("p2p-circuit", 290, MultiaddrValueKind.None),
        new("udt", 301, MultiaddrValueKind.None),
        new("utp", 302, MultiaddrValueKind.None),
        new("unix", 400, MultiaddrValueKind.Path),
        new("p2p", P2p, MultiaddrValueKind.PeerId),
        new("https", 443, MultiaddrValueKind.None),
        new("onion", 444, MultiaddrValueKind.Onion),
        new("onion3", 445, MultiaddrValueKind.Onion3),
        new("garlic64", 446, MultiaddrValueKind.Garlic64),
        new("garlic32", 447, MultiaddrValueKind.Garlic32),
        new("tls", 448, MultiaddrValueKind.None),
        new("sni", 449, MultiaddrValueKind.Name),
        new("noise", 454, MultiaddrValueKind.None),
        new("quic", 460, MultiaddrValueKind.None),
        new("quic-v1", 461, MultiaddrValueKind.None),
        new("webtransport", 465, MultiaddrValueKind.None),
        new("certhash", 466, MultiaddrValueKind.CertificateHash),
        new("ws", 477, MultiaddrValueKind.None),
        new("wss", 478, MultiaddrValueKind.None),
        new("p2p-websocket-star", 479, MultiaddrValueKind.None),
        new("http", 480, MultiaddrValueKind.None),
        new("http-path", 481, MultiaddrValueKind.PercentEncoded),

        // The table says "variable"; go and rust, the only two that have it, both use eight bytes.
        new("memory", 777, MultiaddrValueKind.MemoryPort),
    ];

    private static readonly FrozenDictionary<int, MultiaddrProtocol> ByCode = Table.ToFrozenDictionary(protocol => protocol.Code);

    // /ipfs is the old spelling of /p2p, with the same code.
    private static readonly FrozenDictionary<string, MultiaddrProtocol> ByName =
        Table.Append(new MultiaddrProtocol("ipfs", P2p, MultiaddrValueKind.PeerId))
            .ToFrozenDictionary(protocol => protocol.Name, StringComparer.Ordinal);

    /// <summary>Every row, in the order of the codes.</summary>
    public static IReadOnlyList<MultiaddrProtocol> All => Table;

    public static bool TryGet(ulong code, [NotNullWhen(true)] out MultiaddrProtocol? protocol)
    {
        protocol = null;
        return code <= int.MaxValue && ByCode.TryGetValue((int)code, out protocol);
    }

    public static bool TryGet(string name, [NotNullWhen(true)] out MultiaddrProtocol? protocol) => ByName.TryGetValue(name, out protocol);
}
