using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Transports;

namespace RendezvousCluster.Libp2p.Hosting.Upgrading;

/// <summary>A transport of raw bytes, dialled and upgraded.</summary>
internal class UpgradedTransport(IRawTransport transport, ConnectionUpgrader upgrader, HostContext context) : ITransport, IDisposable
{
    public bool CanHandle(Multiaddr address) => transport.CanHandle(address);

    public async Task<ICapableConnection> DialAsync(Multiaddr address, ConnectionScope scope, CancellationToken cancellationToken)
    {
        RawConnection raw = await TimeLimit.RunAsync(
            context.Limits.DialTimeout,
            $"Dialling {address}",
            context.TimeProvider,
            token => transport.DialAsync(address, token),
            cancellationToken).ConfigureAwait(false);
        try
        {
            context.Door.Watch(scope, raw.Abort, hasSentBytes: () => true);
            UpgradedStreams upgraded = await TimeLimit.RunAsync(
                context.Limits.UpgradeTimeout,
                $"The upgrade of {address}",
                context.TimeProvider,
                token => upgrader.UpgradeOutboundAsync(raw.Transport, address.FinalPeerId, scope.Account, token).AsTask(),
                cancellationToken).ConfigureAwait(false);
            return new UpgradedConnection(raw, upgraded, scope);
        }
        catch
        {
            raw.Abort();
            await raw.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public void Dispose() => (transport as IDisposable)?.Dispose();
}
