using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using RendezvousCluster.Chaos.History;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Chaos.Network;

/// <summary>Real networks. Where the machine does not allow them, that has to be said.</summary>
public sealed class NamespaceNetworkTests
{
    private const int Nodes = 3;
    private const int Clients = -2;
    private const int NewNet = 0x40000000;

    [Theory]
    [InlineData(FaultKind.Split)]
    [InlineData(FaultKind.OneWay)]
    [InlineData(FaultKind.Bridge)]
    [InlineData(FaultKind.DatabaseCut)]
    [InlineData(FaultKind.Isolate)]
    internal async Task Only_what_is_sent_along_a_cut_way_vanishes_and_only_until_it_is_mended(FaultKind kind)
    {
        if (await NamespaceNetwork.WhyNotAsync() is { } reason)
        {
            MachineGrants.PassOver($"networks of its own: {reason}");
            Assert.NotEmpty(reason);
            return;
        }

        await using NamespaceNetwork network = await NamespaceNetwork.CreateAsync(Nodes);
        using var sockets = new Sockets(network);
        IReadOnlyCollection<NetworkWay> cut = NetworkWay.CutBy(kind, node: 2, Nodes);
        Assert.Equal(AllWays, await sockets.ArrivingAsync());

        await network.CutAsync(cut);
        Assert.Equal(AllWays.Except(cut.Select(way => (way.From, way.To))), await sockets.ArrivingAsync(AllWays.Length - cut.Count));

        await network.MendAsync(cut);
        Assert.Equal(AllWays, await sockets.ArrivingAsync());
    }

    [Fact]
    public async Task Two_do_not_collide_and_nothing_is_left_of_them()
    {
        if (await NamespaceNetwork.WhyNotAsync() is { } reason)
        {
            MachineGrants.PassOver($"networks of its own: {reason}");
            Assert.NotEmpty(reason);
            return;
        }

        // Runs beside this test take a slot from 0 on as soon as it is free, under the same names.
        const int OwnSlots = NamespaceNames.Slots / 2;
        NamespaceNetwork one = await NamespaceNetwork.CreateAsync(Nodes, OwnSlots);
        NamespaceNetwork other = await NamespaceNetwork.CreateAsync(Nodes, OwnSlots);
        Assert.NotEqual(one.Names, other.Names);
        Assert.True(Directory.Exists($"/sys/class/net/{one.Names.Bridge}"));

        await one.DisposeAsync();
        await other.DisposeAsync();

        Assert.All([one.Names, other.Names], names => Assert.False(Directory.Exists($"/sys/class/net/{names.Bridge}")));
        Assert.All([one.Names, other.Names], names => Assert.False(File.Exists($"/run/netns/{names.Namespace(0)}")));
    }

    [Fact]
    public void No_name_is_longer_than_an_interface_may_be_called() =>
        Assert.True(new NamespaceNames(NamespaceNames.Slots - 1).Cable(Nodes - 1).Length <= 15);

    private static (int From, int To)[] AllWays =>
        [.. Enumerable.Range(0, Nodes)
            .SelectMany(from => new[] { Clients, NetworkWay.Database, 0, 1, 2 }.Where(to => to != from).Select(to => (from, to)))];

    /// <summary>A UDP socket of each node, one at the clients' address and one at the database's.</summary>
    private sealed class Sockets : IDisposable
    {
        private readonly Dictionary<int, UdpClient> _sockets;
        private byte _round;

        public Sockets(NamespaceNetwork network)
        {
            _sockets = Enumerable.Range(0, Nodes)
                .ToDictionary(node => node, node => Open(network.Names.Namespace(node), network.Names.Node(node)));
            _sockets[Clients] = new UdpClient(new IPEndPoint(network.Names.Clients, 0));
            _sockets[NetworkWay.Database] = new UdpClient(new IPEndPoint(network.Names.Database, 0));
        }

        /// <summary>The ways along which something arrives.</summary>
        /// <param name="expected">How many are waited for. Packets beyond them were sent before the last of them, and are seen
        /// too.</param>
        public async Task<IEnumerable<(int From, int To)>> ArrivingAsync(int? expected = null)
        {
            _round++;
            foreach ((int from, int to) in AllWays)
            {
                await _sockets[from].SendAsync(new[] { _round, (byte)from }, (IPEndPoint)_sockets[to].Client.LocalEndPoint!);
            }

            var arrived = new HashSet<(int, int)>();
            await Eventually.EqualAsync(true, async () =>
            {
                foreach ((int to, UdpClient socket) in _sockets)
                {
                    while (socket.Available > 0)
                    {
                        UdpReceiveResult received = await socket.ReceiveAsync();
                        _ = received.Buffer[0] == _round && arrived.Add((received.Buffer[1], to));
                    }
                }

                return arrived.Count >= (expected ?? AllWays.Length);
            });
            return AllWays.Where(arrived.Contains);
        }

        public void Dispose()
        {
            foreach (UdpClient socket in _sockets.Values)
            {
                socket.Dispose();
            }
        }

        // A socket belongs to the network of the thread that opens it. A thread cannot be trusted afterwards, so it ends.
        private static UdpClient Open(string space, IPAddress address)
        {
            using SafeFileHandle file = File.OpenHandle($"/run/netns/{space}");
            UdpClient? socket = null;
            Exception? failure = null;
            var thread = new Thread(() =>
            {
                failure = SetNetwork(file, NewNet) == 0
                    ? null
                    : new InvalidOperationException($"setns failed with errno {Marshal.GetLastPInvokeError()}");
                socket = failure is null ? new UdpClient(new IPEndPoint(address, 0)) : null;
            });
            thread.Start();
            thread.Join();
            return socket ?? throw failure!;
        }

        [DllImport("libc", EntryPoint = "setns", SetLastError = true)]
        private static extern int SetNetwork(SafeHandle space, int kind);
    }
}
