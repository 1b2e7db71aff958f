using System.Collections.Concurrent;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Scripted;

/// <summary>A node without sockets: it reaches the scripted points, and no others.</summary>
internal sealed class ScriptedNode : IRendezvousNode
{
    private readonly ConcurrentDictionary<PeerId, ScriptedPoint> _points = new();
    private readonly TestPeer _peer = new();
    private SignedPeerRecord? _standard;

    public ScriptedNode() => Move("/ip4/198.51.100.7/tcp/4001");

    public event EventHandler? AddressesChanged;

    public PeerId PeerId => _peer.Id;

    public ulong Sequence { get; private set; }

    /// <summary>How many listen to <see cref="AddressesChanged"/>.</summary>
    public int Listeners => AddressesChanged?.GetInvocationList().Length ?? 0;

    /// <summary>Addresses that were dialled, in order.</summary>
    public ConcurrentQueue<Multiaddr> Dialled { get; } = [];

    /// <summary>
    /// What a dial of that address waits for. Two dials run at once, so it must not ask <see cref="Dialled"/> which of them it holds: the
    /// last one there may be the other.
    /// </summary>
    public Func<Multiaddr, CancellationToken, Task>? BeforeDial { get; set; }

    public void Add(ScriptedPoint point) => _points[point.Peer.Id] = point;

    /// <summary>Other addresses; none at all when there are none.</summary>
    public void Move(params string[] addresses)
    {
        Sequence++;
        _standard = addresses.Length == 0
            ? null
            : SignedPeerRecord.Seal(_peer.KeyPair, new PeerRecord(PeerId, Sequence, [.. addresses.Select(Multiaddr.Parse)]));
        AddressesChanged?.Invoke(this, EventArgs.Empty);
    }

    public SignedPeerRecord? GetSignedPeerRecord(RecordFlavour flavour) =>
        flavour == RecordFlavour.Standard || _standard is null
            ? _standard
            : SignedPeerRecord.Seal(_peer.KeyPair, _standard.Record, flavour);

    public async Task<IPeerConnection> DialAsync(Multiaddr address, CancellationToken cancellationToken)
    {
        Dialled.Enqueue(address);
        if (BeforeDial is not null)
        {
            await BeforeDial(address, cancellationToken);
        }

        return _points.TryGetValue(address.FinalPeerId!, out ScriptedPoint? point)
            ? point.Connect(PeerId)
            : throw new TransportException($"Nobody is at {address}.");
    }
}
