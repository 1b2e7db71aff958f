using System.Globalization;
using System.Text.RegularExpressions;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Deployment;

/// <summary>
/// Peers whose link goes down: no FIN, no RST, nothing ever again. Where the machine allows no networks of their own there is nothing to
/// test.
/// </summary>
[TakesSeconds(54)]
public sealed partial class DeadLinkTests : IAsyncLifetime, IDisposable
{
    private const int PeersOfEachKind = 8;
    private const string Management = "127.0.0.1:9400";

    private static readonly TimeSpan GoneWithin = TimeSpan.FromSeconds(120);

    private readonly string _network = $"rvzdead{Environment.ProcessId % 100_000}";
    private readonly string _link = $"rvzd{Environment.ProcessId % 100_000}";
    private readonly string _subnet = $"10.213.{Environment.ProcessId % 250}";
    private readonly TemporaryFolder _data = new();
    private bool _isAllowed;

    public async Task InitializeAsync() => _isAllowed = Environment.IsPrivilegedProcess && await TryAsync("netns", "add", _network);

    public async Task DisposeAsync()
    {
        if (_isAllowed)
        {
            await TryAsync("netns", "del", _network); // the link goes with it
        }
    }

    public void Dispose() => _data.Dispose();

    [Fact]
    public async Task Peers_whose_link_goes_down_are_let_go_within_two_minutes_on_every_muxer_and_transport()
    {
        if (!_isAllowed)
        {
            MachineGrants.PassOver("root and network namespaces (ip netns add)");
            return;
        }

        await IpAsync("link", "add", _link, "type", "veth", "peer", "name", "peers", "netns", _network);
        await IpAsync("addr", "add", $"{_subnet}.1/24", "dev", _link);
        await IpAsync("link", "set", _link, "up");
        await IpAsync("-n", _network, "addr", "add", $"{_subnet}.2/24", "dev", "peers");
        await IpAsync("-n", _network, "link", "set", "peers", "up");
        await IpAsync("-n", _network, "link", "set", "lo", "up");
        await using ChildProcess server = ChildProcess.Start(
            "the server",
            "ip",
            [
                "netns", "exec", _network, "dotnet", Repository.ServerAssembly, "--data-dir", _data.Path, "--management", Management,
                "--listen", $"/ip4/{_subnet}.2/tcp/4001", "--listen", $"/ip4/{_subnet}.2/tcp/4002/ws",
            ],
            _data.Path);
        await server.Explain(server.ReadLineAsync().Within(awaited: "the server's addresses"));
        var hosts = new List<Libp2pHost>();
        foreach (string muxer in (string[])["/mplex/6.7.0", "/yamux/1.0.0"])
        {
            foreach (string address in (string[])["tcp/4001", "tcp/4002/ws"])
            {
                for (int i = 0; i < PeersOfEachKind; i++)
                {
                    var host = new Libp2pHost(new Libp2pOptions().WithOnlyMuxer(muxer), []);
                    hosts.Add(host);
                    await host.DialAsync(Multiaddr.Parse($"/ip4/{_subnet}.2/{address}")).Within();
                }
            }
        }

        await Eventually.EqualAsync(4 * PeersOfEachKind, InboundAsync);

        await IpAsync("link", "set", _link, "down");

        await Eventually.EqualAsync(0, InboundAsync, GoneWithin);
        // The same at the other end, which dialled.
        await Eventually.EqualAsync(0, () => hosts.Sum(host => host.Connections.Count), GoneWithin);
        foreach (Libp2pHost host in hosts)
        {
            await host.DisposeAsync();
        }
    }

    private static Task<bool> TryAsync(params string[] arguments) => SucceedsAsync("ip", arguments);

    private static async Task IpAsync(params string[] arguments) =>
        Assert.True(await TryAsync(arguments), "ip " + string.Join(' ', arguments));

    private static async Task<bool> SucceedsAsync(string program, string[] arguments)
    {
        await using ChildProcess process = ChildProcess.Start(program, program, arguments, "/");
        return await process.ExitAsync() == 0;
    }

    /// <summary>What the server counts, asked from inside its network.</summary>
    private async Task<int> InboundAsync()
    {
        string get =
            $"exec 3<>/dev/tcp/{Management.Replace(':', '/')}; printf 'GET /metrics HTTP/1.1\\r\\nHost: x\\r\\nConnection: "
            + "close\\r\\n\\r\\n' >&3; cat <&3";
        await using ChildProcess curl = ChildProcess.Start("the metrics", "ip", ["netns", "exec", _network, "bash", "-c", get], "/");
        string metrics = "";
        while (await curl.ReadLineAsync() is { } line)
        {
            metrics += line + "\n";
        }

        Match inbound = Inbound().Match(metrics);
        return inbound.Success ? int.Parse(inbound.Groups[1].Value, CultureInfo.InvariantCulture) : -1;
    }

    [GeneratedRegex("""^libp2p_connections\{[^}]*direction="inbound"[^}]*\} ([0-9]+)""", RegexOptions.Multiline)]
    private static partial Regex Inbound();
}
