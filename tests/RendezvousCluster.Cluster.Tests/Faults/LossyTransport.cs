using Akka.Actor;
using Akka.Remote.Transport;

namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>
/// Puts <see cref="LinkLoss"/> under the throttling adapter of Akka.Remote. Its own adapter for this, <c>gremlin</c>, is of no use here: it
/// loses only what goes over connections that the node has dialled itself, goes back to losing nothing at each new one, and never notices
/// when dialling fails.
/// </summary>
internal sealed class LossyTransport(Transport wrapped, LinkLoss loss) : AbstractTransportAdapter(wrapped)
{
    public const string Scheme = "lossy";

    /// <inheritdoc/>
    protected override SchemeAugmenter SchemeAugmenter { get; } = new(Scheme);

    /// <inheritdoc/>
    public override Task<bool> ManagementCommand(object message) => WrappedTransport.ManagementCommand(message);

    /// <inheritdoc/>
    protected override Task<IAssociationEventListener> InterceptListen(
        Address listenAddress, Task<IAssociationEventListener> listenerTask) =>
        Task.FromResult<IAssociationEventListener>(new Listener(listenerTask, loss));

    /// <inheritdoc/>
    protected override void InterceptAssociate(Address remoteAddress, TaskCompletionSource<AssociationHandle> statusPromise) =>
        _ = AssociateAsync(remoteAddress, statusPromise);

    private async Task AssociateAsync(Address remoteAddress, TaskCompletionSource<AssociationHandle> status)
    {
        try
        {
            status.SetResult(new Handle(await WrappedTransport.Associate(remoteAddress), loss));
        }
        catch (Exception exception)
        {
            status.SetException(exception);
        }
    }

    // The listener above this one is there a moment after the first connection.
    private sealed class Listener(Task<IAssociationEventListener> upstream, LinkLoss loss) : IAssociationEventListener
    {
        public async void Notify(IAssociationEvent ev) => (await upstream).Notify(
            ev is InboundAssociation inbound ? new InboundAssociation(new Handle(inbound.Association, loss)) : ev);
    }

    private sealed class Handle : AbstractTransportAdapterHandle
    {
        private readonly LinkLoss _loss;

        public Handle(AssociationHandle wrapped, LinkLoss loss)
            : base(wrapped, Scheme)
        {
            _loss = loss;
            _ = ReadAsync();
        }

        public override bool Write(Google.Protobuf.ByteString payload) => _loss.Next() || WrappedHandle.Write(payload);

        [Obsolete("As in the base class.")]
        public override void Disassociate() => WrappedHandle.Disassociate();

        private async Task ReadAsync() => WrappedHandle.ReadHandlerSource.SetResult(await ReadHandlerSource.Task);
    }
}
