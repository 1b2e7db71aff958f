using System.Net;
using Npgsql;

namespace RendezvousCluster.Chaos.Network;

/// <summary>
/// A way of its own to the database for each node, which can be made long. It is in the database's stead also where that listens on
/// loopback only.
/// </summary>
internal sealed class DatabaseProxies : IAsyncDisposable
{
    private readonly DelayingProxy[] _proxies;

    /// <param name="host">Where they listen.</param>
    /// <param name="nodes">For how many nodes.</param>
    /// <param name="databasePort">Where the database listens, on loopback.</param>
    /// <param name="seed">What the delays follow from.</param>
    public DatabaseProxies(IPAddress host, int nodes, int databasePort, int seed) => _proxies =
    [
        .. Enumerable.Range(0, nodes).Select(
            node => new DelayingProxy(host, new IPEndPoint(IPAddress.Loopback, databasePort), unchecked(seed + node), TimeProvider.System)),
    ];

    /// <summary>How a node connects to a database.</summary>
    /// <param name="node">Which.</param>
    /// <param name="connectionString">How one connects without a proxy.</param>
    public string ConnectionString(int node, string connectionString) => new NpgsqlConnectionStringBuilder(connectionString)
    {
        Host = $"{_proxies[node].Address.Address}",
        Port = _proxies[node].Address.Port,
    }.ConnectionString;

    /// <summary>See <see cref="DelayingProxy.Delay"/>; for all nodes.</summary>
    public void Delay(TimeSpan longest)
    {
        foreach (DelayingProxy proxy in _proxies)
        {
            proxy.Delay(longest);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (DelayingProxy proxy in _proxies)
        {
            await proxy.DisposeAsync();
        }
    }
}
