using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Libp2p.Records;

namespace RendezvousCluster.Libp2p.Hosting;

/// <summary>
/// What the host says of itself through identify. The signed record is made once for a set of addresses; a new set gets a new one with a
/// higher sequence
/// number, which is the time, so that it also grows over restarts.
/// </summary>
internal sealed class HostSelfDescription(Libp2pHost host, string agentVersion, TimeProvider timeProvider) : IIdentifySource
{
    private SignedPeerRecord? _record;

    public PublicKey PublicKey => host.Identity.PublicKey;

    public IReadOnlyList<Multiaddr> ListenAddresses => host.AdvertisedAddresses;

    public IReadOnlyList<string> ProtocolIds => host.ProtocolIds;

    public string AgentVersion => agentVersion;

    public SignedPeerRecord? SignedPeerRecord
    {
        get
        {
            IReadOnlyList<Multiaddr> addresses = [.. host.AdvertisedAddresses.Take(Records.SignedPeerRecord.MaxAddresses)];
            if (addresses.Count == 0)
            {
                return null;
            }

            SignedPeerRecord? record = Volatile.Read(ref _record);
            if (record is null || !record.Record.Addresses.SequenceEqual(addresses))
            {
                ulong sequence = Math.Max((ulong)timeProvider.GetUtcNow().ToUnixTimeMilliseconds(), (record?.Record.Sequence ?? 0) + 1);
                record = Records.SignedPeerRecord.Seal(host.Identity, new PeerRecord(host.PeerId, sequence, addresses));
                Volatile.Write(ref _record, record);
            }

            return record;
        }
    }
}
