using Microsoft.Extensions.Logging;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// What the host says of itself, through identify and wherever else it shows its record. A record is made once for a set of addresses; a
/// new set gets a new one with a higher sequence number (<see cref="RecordSequence"/>). Both flavours of a record carry the same number:
/// there is one order of this host's records, for every reader. Addresses that do not fit into an envelope, of whichever flavour, are left
/// out from the end, and said so in the log: the best ones stand first.
/// </summary>
internal sealed partial class HostSelfDescription(
    Libp2pHost host, string agentVersion, RecordSequence sequence, ILogger logger) : IIdentifySource
{
    private readonly Lock _lock = new();
    private readonly Dictionary<RecordFlavour, SignedPeerRecord> _records = [];
    private Multiaddr[] _advertised = [];
    private PeerRecord? _described;

    public PublicKey PublicKey => host.Identity.PublicKey;

    public IReadOnlyList<Multiaddr> ListenAddresses => host.AdvertisedAddresses;

    public IReadOnlyList<string> ProtocolIds => host.ProtocolIds;

    public string AgentVersion => agentVersion;

    public SignedPeerRecord? SignedPeerRecord => RecordIn(RecordFlavour.Standard);

    /// <summary>The record of the addresses advertised now, or null when there are none.</summary>
    public SignedPeerRecord? RecordIn(RecordFlavour flavour)
    {
        IReadOnlyList<Multiaddr> addresses = host.AdvertisedAddresses;
        if (addresses.Count == 0)
        {
            return null;
        }

        lock (_lock)
        {
            if (!_advertised.SequenceEqual(addresses))
            {
                _advertised = [.. addresses];
                _described = Describe(addresses);
                _records.Clear();
            }

            if (!_records.TryGetValue(flavour, out SignedPeerRecord? record))
            {
                record = Records.SignedPeerRecord.Seal(host.Identity, _described!, flavour);
                _records.Add(flavour, record);
            }

            return record;
        }
    }

    private PeerRecord Describe(IReadOnlyList<Multiaddr> addresses)
    {
        var described = new PeerRecord(host.PeerId, sequence.Next(), addresses);
        int fitting = Records.SignedPeerRecord.CountFitting(host.Identity, described);
        if (fitting < addresses.Count)
        {
            LogAddressesLeftOut(logger, fitting, addresses.Count, Records.SignedPeerRecord.MaxEnvelopeBytes);
            described = described with { Addresses = [.. addresses.Take(fitting)], AddressCount = fitting };
        }

        return described;
    }
}
