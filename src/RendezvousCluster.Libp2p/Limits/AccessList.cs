using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;
using RendezvousCluster.Libp2p.Identity;

namespace RendezvousCluster.Libp2p.Limits;

/// <summary>
/// The peers and networks that a host blocks, and those that it allows. It never serves a blocked one. Where a peer is allowed, it serves
/// allowed peers only; where a network is, connections from allowed networks only. Both hold where both are given. Immutable.
/// </summary>
public sealed class AccessList
{
    /// <summary>A list is read into memory, and again while it is in use: some hundred bytes an entry.</summary>
    public const int MaxEntries = 100_000;

    private const string Block = "block";
    private const string Allow = "allow";

    private readonly NetworkSet _blockedNetworks;
    private readonly NetworkSet _allowedNetworks;
    private readonly HashSet<PeerId> _blockedPeers;
    private readonly HashSet<PeerId> _allowedPeers;

    private AccessList(Entries blocked, Entries allowed)
    {
        _blockedNetworks = new NetworkSet(blocked.Networks);
        _allowedNetworks = new NetworkSet(allowed.Networks);
        _blockedPeers = blocked.Peers;
        _allowedPeers = allowed.Peers;
        Blocked = blocked.Count;
        Allowed = allowed.Count;
    }

    /// <summary>Everybody is served.</summary>
    public static AccessList Everybody { get; } = new(new Entries(), new Entries());

    /// <summary>How many entries block.</summary>
    public int Blocked { get; }

    /// <summary>How many entries allow.</summary>
    public int Allowed { get; }

    /// <summary>
    /// Reads a list, an entry a line: <c>block</c> or <c>allow</c>, and a peer id, an address, or a network such as <c>192.0.2.0/24</c>.
    /// Empty lines, and what follows a <c>#</c>, count for nothing.
    /// </summary>
    /// <exception cref="FormatException">A line is not an entry, or there are too many; the message names the line.</exception>
    public static AccessList Parse(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        var blocked = new Entries();
        var allowed = new Entries();
        int number = 0;
        foreach (string line in lines)
        {
            number++;
            string[] words = line.Split('#')[0].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0)
            {
                continue;
            }

            Entries? entries = words[0] switch { Block => blocked, Allow => allowed, _ => null };
            if (words.Length != 2 || entries is null || !entries.TryAdd(words[1]))
            {
                throw new FormatException(string.Create(
                    CultureInfo.InvariantCulture,
                    $"Line {number} is not '{Block}' or '{Allow}' and a peer id, an address or a network such as 192.0.2.0/24."));
            }

            if (blocked.Count + allowed.Count > MaxEntries)
            {
                throw new FormatException(string.Create(CultureInfo.InvariantCulture, $"There are more than {MaxEntries} entries."));
            }
        }

        return new AccessList(blocked, allowed);
    }

    /// <summary>Whether connections from an address are taken.</summary>
    /// <param name="address">Null where the transport has no addresses: only peers are asked about then.</param>
    public bool Serves(IPAddress? address) => address is null
        || (!_blockedNetworks.Contains(address) && (_allowedNetworks.IsEmpty || _allowedNetworks.Contains(address)));

    /// <summary>Whether connections of a peer are taken.</summary>
    public bool Serves(PeerId peer) => !_blockedPeers.Contains(peer) && (_allowedPeers.Count == 0 || _allowedPeers.Contains(peer));

    private sealed class Entries
    {
        public List<IPNetwork> Networks { get; } = [];

        public HashSet<PeerId> Peers { get; } = [];

        public int Count => Networks.Count + Peers.Count;

        public bool TryAdd(string text)
        {
            if (TryReadNetwork(text, out IPNetwork? network))
            {
                Networks.Add(network.Value);
                return true;
            }

            if (PeerId.TryParse(text, out PeerId? peer))
            {
                Peers.Add(peer);
                return true;
            }

            return false;
        }

        // An address alone is a network of one. .NET reads 10.1 as 10.0.0.1, which nobody means here.
        private static bool TryReadNetwork(string text, [NotNullWhen(true)] out IPNetwork? network)
        {
            network = null;
            if (text.Split('/') is not [string host, ..] || !(host.Contains(':', StringComparison.Ordinal) || host.Split('.').Length == 4))
            {
                return false;
            }

            network = IPNetwork.TryParse(text, out IPNetwork read) ? read
                : IPAddress.TryParse(text, out IPAddress? address) ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
                : null;
            return network is not null;
        }
    }
}
