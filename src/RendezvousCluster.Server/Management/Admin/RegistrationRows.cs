using RendezvousCluster.Core;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Server.Management.Admin.Answers;

namespace RendezvousCluster.Server.Management.Admin;

/// <summary>Registrations as operators see them: with the peer and the addresses that their records hold.</summary>
internal static class RegistrationRows
{
    /// <summary>One registration.</summary>
    public static RegistrationRow Of(DiscoveredRegistration registration)
    {
        (string peer, IReadOnlyList<string> addresses) = Describe(registration.Envelope.Span);
        return new RegistrationRow(peer, registration.Flavour.ToString(), registration.RemainingTtlSeconds, addresses);
    }

    // It was verified when it came in.
    private static (string Peer, IReadOnlyList<string> Addresses) Describe(ReadOnlySpan<byte> envelope)
    {
        var addresses = new List<string>();
        if (PeerInfo.TryRead(envelope, out PeerInfo info))
        {
            foreach (ReadOnlySpan<byte> address in info)
            {
                addresses.Add(TextOf(address));
            }

            return (info.Id.ToString(), addresses);
        }

        if (!UnverifiedPeerRecord.TryRead(envelope, out UnverifiedPeerRecord record))
        {
            return ("unreadable", addresses);
        }

        foreach (ReadOnlySpan<byte> address in record)
        {
            addresses.Add(TextOf(address));
        }

        return (PeerId.TryFromBytes(record.PeerId, out PeerId? peer) ? peer.ToString() : "unreadable", addresses);
    }

    private static string TextOf(ReadOnlySpan<byte> address) =>
        Multiaddr.TryFromBytes(address, out Multiaddr? read) ? read.ToString() : $"unknown protocol: {Convert.ToHexString(address)}";
}
