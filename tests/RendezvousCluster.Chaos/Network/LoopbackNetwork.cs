using System.Net;

namespace RendezvousCluster.Chaos.Network;

/// <summary>All live on the machine's loopback, where nothing can be cut. Needs no rights.</summary>
internal sealed class LoopbackNetwork : IClusterNetwork
{
    /// <inheritdoc/>
    public IPAddress DatabaseHost => IPAddress.Loopback;

    /// <inheritdoc/>
    public string HostOf(int node) => $"{IPAddress.Loopback}";

    /// <inheritdoc/>
    public (string Program, string[] Arguments) Inside(int node, string program, params string[] arguments) => (program, arguments);

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task CutAsync(IReadOnlyCollection<NetworkWay> ways) => throw new NotSupportedException("The machine's loopback cannot be cut.");

    /// <inheritdoc/>
    /// <exception cref="NotSupportedException">Always.</exception>
    public Task MendAsync(IReadOnlyCollection<NetworkWay> ways) => throw new NotSupportedException("The machine's loopback cannot be cut.");

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
