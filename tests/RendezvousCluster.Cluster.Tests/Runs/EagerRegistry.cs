using RendezvousCluster.Core;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>A bug: acknowledges a REGISTER and does it afterwards.</summary>
internal sealed class EagerRegistry(IRegistry inner) : IRegistry
{
    public ValueTask<RegisterReply> RegisterAsync(RegisterCommand command, CancellationToken cancellationToken)
    {
        _ = inner.RegisterAsync(command, cancellationToken).AsTask();
        return ValueTask.FromResult(new RegisterReply(RendezvousStatus.Ok, string.Empty, command.TtlSeconds));
    }

    public ValueTask<UnregisterReply> UnregisterAsync(UnregisterCommand command, CancellationToken cancellationToken) =>
        inner.UnregisterAsync(command, cancellationToken);

    public ValueTask<DiscoverReply> DiscoverAsync(DiscoverQuery query, CancellationToken cancellationToken) =>
        inner.DiscoverAsync(query, cancellationToken);

    public ValueTask<DiscoverAllReply> DiscoverAllAsync(DiscoverAllQuery query, CancellationToken cancellationToken) =>
        inner.DiscoverAllAsync(query, cancellationToken);
}
