using System.Collections.Concurrent;
using System.Text;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Chaos.Load;

/// <summary>Every signed record that clients have made, byte by byte, and whose it is.</summary>
internal sealed class RecordBook
{
    private readonly ConcurrentDictionary<string, (int Namespace, int Peer, int Version)> _records = new(StringComparer.Ordinal);

    /// <summary>The name of a namespace, on the wire.</summary>
    public static string Name(int ns) => $"chaos-{ns}";

    /// <summary>Notes a record before it is sent for the first time.</summary>
    public void Add(byte[] envelope, int ns, int peer, int version) => _records[Convert.ToBase64String(envelope)] = (ns, peer, version);

    /// <summary>Recognises what was found.</summary>
    public FoundRecord Read(Registration found)
    {
        int shown = Encoding.UTF8.GetString(found.Namespace.Span) is ['c', 'h', 'a', 'o', 's', '-', .. var number]
            && int.TryParse(number, out int ns) ? ns : FoundRecord.Nobodys;
        return _records.TryGetValue(Convert.ToBase64String(found.SignedPeerRecord.Span), out var known)
            ? new FoundRecord(shown, known.Namespace, known.Peer, known.Version, (long)found.TtlSeconds)
            : new FoundRecord(shown, FoundRecord.Nobodys, FoundRecord.Nobodys, FoundRecord.Nobodys, (long)found.TtlSeconds);
    }
}
