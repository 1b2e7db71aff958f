using System.Globalization;
using System.Net;

namespace RendezvousCluster.Chaos.Network;

/// <summary>
/// A network namespace for each node, joined by a bridge on which the machine itself has two addresses: one where the clients are, one for
/// the database. Needs the rights of root, and the program ip.
/// </summary>
/// <remarks>
/// A way is cut by giving the sender a hardware address that nobody has. So what it sends is lost like on a broken cable: the sender gets
/// no error, as it would from a route that leads nowhere, and what others send to it still arrives. The bridge bears the number of the
/// process that made it; a run that was killed leaves its network behind, and the next one removes it.
/// </remarks>
internal sealed class NamespaceNetwork : IClusterNetwork
{
    private const string NobodysHardware = "02:00:00:00:00:01";
    private const string Interface = "eth0";
    private const string Spaces = "/run/netns";
    private const string OwnerPrefix = "process ";

    private readonly NamespaceNames _names;
    private readonly int _nodes;

    private NamespaceNetwork(NamespaceNames names, int nodes)
    {
        _names = names;
        _nodes = nodes;
    }

    /// <inheritdoc/>
    public IPAddress DatabaseHost => _names.Database;

    /// <summary>What its parts are called.</summary>
    public NamespaceNames Names => _names;

    /// <summary>Makes one.</summary>
    /// <param name="nodes">How many nodes it joins.</param>
    /// <param name="firstSlot">The first slot to try. Runs take the slots from 0 on.</param>
    /// <exception cref="NetworkException">That is not possible here.</exception>
    public static async Task<NamespaceNetwork> CreateAsync(int nodes, int firstSlot = 0)
    {
        string? failure = "there are as many already as there can be";
        for (int slot = firstSlot; slot < NamespaceNames.Slots; slot++)
        {
            var network = new NamespaceNetwork(new NamespaceNames(slot), nodes);
            await network.RemoveAbandonedAsync();
            failure = await IpCommand.TryAsync("link", "add", network._names.Bridge, "type", "bridge");
            if (failure is null)
            {
                await network.FillAsync();
                return network;
            }

            if (!Exists(network._names.Bridge))
            {
                break; // it is not that another run has it
            }
        }

        throw new NetworkException($"Network namespaces cannot be made here; that needs root: {failure}");
    }

    /// <summary>Why none can be made here; null when one can.</summary>
    public static async Task<string?> WhyNotAsync()
    {
        try
        {
            await using NamespaceNetwork trial = await CreateAsync(nodes: 1);
            return null;
        }
        catch (NetworkException exception)
        {
            return exception.Message;
        }
    }

    /// <inheritdoc/>
    public string HostOf(int node) => $"{_names.Node(node)}";

    /// <inheritdoc/>
    public (string Program, string[] Arguments) Inside(int node, string program, params string[] arguments) =>
        ("ip", ["netns", "exec", _names.Namespace(node), program, .. arguments]);

    /// <inheritdoc/>
    public async Task CutAsync(IReadOnlyCollection<NetworkWay> ways)
    {
        foreach (NetworkWay way in ways)
        {
            await IpCommand.RunAsync(
                "-n", _names.Namespace(way.From), "neighbour", "replace", AddressOf(way.To), "lladdr", NobodysHardware, "dev", Interface,
                "nud", "permanent");
        }
    }

    /// <inheritdoc/>
    public async Task MendAsync(IReadOnlyCollection<NetworkWay> ways)
    {
        foreach (NetworkWay way in ways)
        {
            await IpCommand.RunAsync("-n", _names.Namespace(way.From), "neighbour", "del", AddressOf(way.To), "dev", Interface);
        }
    }

    /// <summary>Removes all of it, as far as it is still there.</summary>
    public async ValueTask DisposeAsync()
    {
        await RemoveNodesAsync();
        await IpCommand.TryAsync("link", "del", _names.Bridge);
    }

    // An earlier run may have made more nodes than this one has.
    private async Task RemoveNodesAsync()
    {
        foreach (string cable in Directory.GetFileSystemEntries("/sys/class/net", $"{_names.Bridge}-*"))
        {
            await IpCommand.TryAsync("link", "del", Path.GetFileName(cable));
        }

        foreach (string space in Directory.Exists(Spaces) ? Directory.GetFiles(Spaces, $"{_names.Bridge}-*") : [])
        {
            await IpCommand.TryAsync("netns", "del", Path.GetFileName(space));
        }
    }

    private static bool Exists(string device) => Directory.Exists($"/sys/class/net/{device}");

    private async Task FillAsync()
    {
        try
        {
            await IpCommand.RunAsync(
                "link",
                "set",
                _names.Bridge,
                "alias",
                string.Create(CultureInfo.InvariantCulture, $"{OwnerPrefix}{Environment.ProcessId}"));
            await IpCommand.RunAsync("address", "add", $"{_names.Clients}/24", "dev", _names.Bridge);
            await IpCommand.RunAsync("address", "add", $"{_names.Database}/24", "dev", _names.Bridge);
            await IpCommand.RunAsync("link", "set", _names.Bridge, "up");
            await RemoveNodesAsync();
            for (int node = 0; node < _nodes; node++)
            {
                await AddAsync(_names.Namespace(node), _names.Cable(node), _names.Node(node));
            }
        }
        catch (NetworkException)
        {
            await DisposeAsync();
            throw;
        }
    }

    private async Task AddAsync(string space, string cable, IPAddress address)
    {
        await IpCommand.RunAsync("netns", "add", space);
        await IpCommand.RunAsync("link", "add", cable, "type", "veth", "peer", "name", Interface, "netns", space);
        await IpCommand.RunAsync("link", "set", cable, "master", _names.Bridge, "up");
        await IpCommand.RunAsync("-n", space, "address", "add", $"{address}/24", "dev", Interface);
        await IpCommand.RunAsync("-n", space, "link", "set", "lo", "up");
        await IpCommand.RunAsync("-n", space, "link", "set", Interface, "up");
    }

    private string AddressOf(int to) => $"{(to == NetworkWay.Database ? _names.Database : _names.Node(to))}";

    private async Task RemoveAbandonedAsync()
    {
        string alias = $"/sys/class/net/{_names.Bridge}/ifalias";
        if (File.Exists(alias) && await File.ReadAllTextAsync(alias) is { } owner && owner.StartsWith(OwnerPrefix, StringComparison.Ordinal)
            && !Directory.Exists($"/proc/{owner[OwnerPrefix.Length..].Trim()}"))
        {
            await DisposeAsync();
        }
    }
}
