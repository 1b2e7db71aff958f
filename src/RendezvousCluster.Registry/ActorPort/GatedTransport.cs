using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// Puts the <see cref="FrameGate"/> between a transport and the toolkit's remoting, in both directions of dialling, and keeps nodes of
/// other clusters out of what members say to one another (<see cref="PeerNode"/>). It changes nothing else, and not the scheme of addresses
/// either, so that it can come and go between versions.
/// </summary>
internal sealed class GatedTransport : Transport
{
    private readonly Transport _wrapped;
    private readonly RefusedReads _refused;
    private readonly OutsiderMessages _outsiders;

    // As the others call this node. The ends of a connection that this node has dialled do not tell: its own is a port of the moment.
    private volatile string _self = "";

    public GatedTransport(Transport wrapped, ActorSystem system)
    {
        _wrapped = wrapped;
        _refused = RefusedReads.Of(system);
        _outsiders = OutsiderMessages.Of(system);
        (System, Config) = (system, wrapped.Config);
    }

    /// <inheritdoc/>
    public override string SchemeIdentifier => _wrapped.SchemeIdentifier;

    /// <inheritdoc/>
    public override long MaximumPayloadBytes => _wrapped.MaximumPayloadBytes;

    /// <inheritdoc/>
    public override async Task<(Address, TaskCompletionSource<IAssociationEventListener>)> Listen()
    {
        (Address address, TaskCompletionSource<IAssociationEventListener> below) = await _wrapped.Listen().ConfigureAwait(false);
        _self = $"{address.System}@{address.Host}:{address.Port}";
        var above = new TaskCompletionSource<IAssociationEventListener>(TaskCreationOptions.RunContinuationsAsynchronously);
        _ = ListenAsync(above.Task, below);
        return (address, above);
    }

    /// <inheritdoc/>
    public override bool IsResponsibleFor(Address remote) => _wrapped.IsResponsibleFor(remote);

    /// <inheritdoc/>
    public override async Task<AssociationHandle> Associate(Address remoteAddress) =>
        new Handle(await _wrapped.Associate(remoteAddress).ConfigureAwait(false), this);

    /// <inheritdoc/>
    public override Task<bool> Shutdown() => _wrapped.Shutdown();

    /// <inheritdoc/>
    public override Task<bool> ManagementCommand(object message) => _wrapped.ManagementCommand(message);

    private async Task ListenAsync(Task<IAssociationEventListener> above, TaskCompletionSource<IAssociationEventListener> below) =>
        below.TrySetResult(new Listener(await above.ConfigureAwait(false), this));

    private sealed class Listener(IAssociationEventListener above, GatedTransport transport) : IAssociationEventListener
    {
        public void Notify(IAssociationEvent ev) =>
            above.Notify(ev is InboundAssociation inbound ? new InboundAssociation(new Handle(inbound.Association, transport)) : ev);
    }

    private sealed class Handle : AssociationHandle
    {
        private readonly AssociationHandle _wrapped;
        private readonly GatedTransport _transport;

        public Handle(AssociationHandle wrapped, GatedTransport transport)
            : base(wrapped.LocalAddress, wrapped.RemoteAddress)
        {
            (_wrapped, _transport) = (wrapped, transport);
            _ = ReadAsync();
        }

        public override bool Write(ByteString payload) => _wrapped.Write(payload);

        [Obsolete("As in the base class.")]
        public override void Disassociate() => _wrapped.Disassociate();

        private async Task ReadAsync() =>
            _wrapped.ReadHandlerSource.TrySetResult(
                new Reader(await ReadHandlerSource.Task.ConfigureAwait(false), RemoteAddress, _transport));
    }

    private sealed class Reader(IHandleEventListener above, Address remote, GatedTransport transport) : IHandleEventListener
    {
        private readonly PeerNode _peer = new(transport.System);

        public void Notify(IHandleEvent ev)
        {
            if (ev is not InboundPayload frame || MayPass(frame.Payload.Span))
            {
                above.Notify(ev);
            }
        }

        private bool MayPass(ReadOnlySpan<byte> frame)
        {
            if (FrameGate.Judge(frame, transport._self, out ReadableMessage? message) is { } refusal)
            {
                transport._refused.Add(refusal, $"{remote.Host}:{remote.Port}");
                return false;
            }

            if (message is null)
            {
                _peer.Hear(frame);
            }
            else if (message.IsAmongMembers && !_peer.IsMember)
            {
                transport._outsiders.Add(_peer.Node is { } node ? $"{node.Host}:{node.Port}" : "?", message.SerializerId, message.Manifest);
                return false;
            }

            return true;
        }
    }
}
