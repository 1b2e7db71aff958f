using System.Net;

namespace RendezvousCluster.Chaos.Network;

/// <summary>
/// Puts nodes far apart: each announces to the others the address of a <see cref="DelayingProxy"/>, so that every message between two
/// nodes takes its time, both ways.
/// </summary>
internal sealed class NodeProxies : IAsyncDisposable
{
    private readonly DelayingProxy[] _proxies;

    /// <param name="nodes">Where the nodes listen for one another, on loopback.</param>
    /// <param name="roundTrip">How long a question and its answer are on their way, at most.</param>
    /// <param name="seed">What the delays follow from.</param>
    public NodeProxies(IEnumerable<IPEndPoint> nodes, TimeSpan roundTrip, int seed)
    {
        _proxies = [
            .. nodes.Select((node, index) => new DelayingProxy(IPAddress.Loopback, node, unchecked(seed + index), TimeProvider.System)),
        ];
        Array.ForEach(_proxies, proxy => proxy.Delay(roundTrip / 2));
    }

    /// <summary>Where the others find a node.</summary>
    public string AddressOf(int node) => $"{_proxies[node].Address}";

    public async ValueTask DisposeAsync()
    {
        foreach (DelayingProxy proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }
    }
}
