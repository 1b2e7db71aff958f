using System.Net;

namespace RendezvousCluster.Chaos.Network;

/// <summary>What the nodes of a run reach each other and the database through. A run ends the nodes before it disposes of it.</summary>
internal interface IClusterNetwork : IAsyncDisposable
{
    /// <summary>The address of a node, for clients and for the other nodes.</summary>
    string HostOf(int node);

    /// <summary>Where proxies of the database listen.</summary>
    IPAddress DatabaseHost { get; }

    /// <summary>The program and arguments that run a command where a node lives.</summary>
    (string Program, string[] Arguments) Inside(int node, string program, params string[] arguments);

    /// <summary>From now on packets along these ways vanish, and the sender gets no error.</summary>
    Task CutAsync(IReadOnlyCollection<NetworkWay> ways);

    /// <summary>Opens ways again that were cut.</summary>
    Task MendAsync(IReadOnlyCollection<NetworkWay> ways);
}
