using Akka.Actor;
using Akka.Remote.Transport;
using Google.Protobuf;
using RendezvousCluster.Registry.Refusals;

namespace RendezvousCluster.Registry.ActorPort;

/// <summary>
/// Puts the <see cref="FrameGate"/> between a transport and the toolkit's remoting, in both directions of dialling. It changes nothing
/// else, and not the scheme of addresses either, so that it can come and go between versions.
/// </summary>
internal sealed class GatedTransport : Transport
{
    private readonly Transport _wrapped;
    private readonly RefusedReads _refused;

    // As the others call this node. The ends of a connection that this node has dialled do not tell: its own is a port of the moment.
    private volatile string _self = "";

    public GatedTransport(Transport wrapped, ActorSystem system)
    {
        _wrapped = wrapped;
        _refused = RefusedReads.Of(system);
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
        public void Notify(IHandleEvent ev)
        {
            if (ev is InboundPayload frame && FrameGate.Judge(frame.Payload.Span, transport._self) is { } refusal)
            {
                transport._refused.Add(refusal, $"{remote.Host}:{remote.Port}");
                return;
            }

            above.Notify(ev);
        }
    }
}
