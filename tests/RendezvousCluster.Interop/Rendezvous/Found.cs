using System.Text;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Interop.Rendezvous;

/// <summary>A registration as a DISCOVER found it, its record verified.</summary>
internal sealed record Found(string PeerId, string Namespace, ulong TtlSeconds)
{
    public static Found Verify(Registration registration)
    {
        Assert.Equal(
            SignedPeerRecordError.None, SignedPeerRecord.TryOpen(registration.SignedPeerRecord.Span, out SignedPeerRecord? record));
        return new Found(record!.PeerId.ToString(), Encoding.UTF8.GetString(registration.Namespace.Span), registration.TtlSeconds);
    }
}
