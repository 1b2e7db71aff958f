using System.Collections.Concurrent;
using System.Text;
using RendezvousCluster.Interop.Processes;
using RendezvousCluster.Interop.Rendezvous;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Rendezvous;
using Xunit.Abstractions;

namespace RendezvousCluster.Interop.Server;

/// <summary>
/// Every registration that the server acknowledged is there after it died, in each way of dying. These tests load the machine and measure
/// time: they run alone.
/// </summary>
[Collection(nameof(Alone))]
public sealed class RestartTests(ITestOutputHelper output)
{
    private const string Ns = "restart";
    private const int Peers = 1_000;
    private const int Latecomers = 100;
    private const int ConnectionsAtOnce = 32;
    private const int TtlSeconds = 3_600;

    /// <summary>On an idle machine it takes less than a second. How long peers may hold it up, ServerHostTests says.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task After_kill_9_every_registration_is_found_with_the_time_it_has_left()
    {
        using var data = new TemporaryFolder();
        var registered = new ConcurrentDictionary<string, Registered>();
        byte[] oldCookie;
        IEnumerable<string> latecomers;
        await using (ServerProcess server = await ServerProcess.StartAsync(data, "--min-ttl", "1"))
        {
            await RegisterAsync(server, Peers - Latecomers, TtlSeconds, registered);
            await using (WirePeer seeker = await WirePeer.ConnectAsync(server.TcpAddress))
            {
                (IReadOnlyList<Found> found, oldCookie) = await seeker.DiscoverAllAsync(Ns);
                Assert.Equal(registered.Keys.Order(), found.Select(peer => peer.PeerId).Order());
            }

            string[] early = [.. registered.Keys];
            await RegisterAsync(server, Latecomers, TtlSeconds, registered);
            latecomers = registered.Keys.Except(early);
            await server.KillAsync();
        }

        await using ServerProcess again = await ServerProcess.StartAsync(data, "--min-ttl", "1");
        await using WirePeer returned = await WirePeer.ConnectAsync(again.TcpAddress);
        DateTimeOffset asked = TimeProvider.System.GetUtcNow();
        (IReadOnlyList<Found> all, byte[] lastCookie) = await returned.DiscoverAllAsync(Ns);
        DateTimeOffset answered = TimeProvider.System.GetUtcNow();

        Assert.Equal(registered.Keys.Order(), all.Select(peer => peer.PeerId).Order());
        Assert.All(all, peer => registered[peer.PeerId].CheckTimeLeft(peer.TtlSeconds, TtlSeconds, asked, answered));

        (IReadOnlyList<Found> newer, _) = await returned.DiscoverAllAsync(Ns, oldCookie);
        Assert.Equal(latecomers.Order(), newer.Select(peer => peer.PeerId).Order());

        await returned.RegisterAsync(Ns, TtlSeconds);
        (IReadOnlyList<Found> newest, _) = await returned.DiscoverAllAsync(Ns, lastCookie);
        Assert.Equal([returned.Id], newest.Select(peer => peer.PeerId));
    }

    [Fact]
    public async Task The_identity_survives_a_restart()
    {
        using var data = new TemporaryFolder();
        string peerId;
        await using (ServerProcess server = await ServerProcess.StartAsync(data))
        {
            peerId = server.PeerId;
            await server.KillAsync();
        }

        await using ServerProcess again = await ServerProcess.StartAsync(data);
        Assert.Equal(peerId, again.PeerId);
    }

    [Fact]
    public async Task SIGTERM_under_load_exits_0_and_loses_nothing_acknowledged()
    {
        using var data = new TemporaryFolder();
        var acknowledged = new ConcurrentBag<string>();
        await using (ServerProcess server = await ServerProcess.StartAsync(data))
        {
            var halfway = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            Task load = LoadUntilCutAsync(server, acknowledged, halfway);
            await halfway.Task.Within();
            Assert.Equal(0, await server.TerminateAsync(StopTimeout));
            await load.Within();
        }

        output.WriteLine($"{acknowledged.Count} acknowledged");
        await using ServerProcess again = await ServerProcess.StartAsync(data);
        await using WirePeer seeker = await WirePeer.ConnectAsync(again.TcpAddress);
        (IReadOnlyList<Found> found, _) = await seeker.DiscoverAllAsync(Ns);
        Assert.Empty(acknowledged.Except(found.Select(peer => peer.PeerId)));
    }

    private static async Task RegisterAsync(
        ServerProcess server, int count, ulong ttlSeconds, ConcurrentDictionary<string, Registered> registered)
    {
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ConnectionsAtOnce };
        await Parallel.ForAsync(0, count, parallel, async (_, _) =>
        {
            await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
            DateTimeOffset sent = TimeProvider.System.GetUtcNow();
            Assert.Equal(ttlSeconds, await peer.RegisterAsync(Ns, ttlSeconds));
            registered[peer.Id] = new Registered(sent, TimeProvider.System.GetUtcNow());
        });
    }

    /// <summary>
    /// Peers register, each as fast as it can, until the server is gone. Only the registrations that it acknowledged count.
    /// </summary>
    private static async Task LoadUntilCutAsync(ServerProcess server, ConcurrentBag<string> acknowledged, TaskCompletionSource halfway)
    {
        const int Halfway = 100;
        const int MoreThanAnyMachineManages = 100_000;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = ConnectionsAtOnce };
        try
        {
            await Parallel.ForAsync(0, MoreThanAnyMachineManages, parallel, async (_, _) =>
            {
                await using WirePeer peer = await WirePeer.ConnectAsync(server.TcpAddress);
                RendezvousDriver stream = await peer.OpenStreamAsync();
                RegisterResponse response =
                    await stream.AskAsync<RegisterResponse>(RawRequests.Register(Encoding.UTF8.GetBytes(Ns), peer.Peer.Record()));
                if (response.Status == RendezvousStatus.Ok)
                {
                    acknowledged.Add(peer.Id);
                }

                if (acknowledged.Count >= Halfway)
                {
                    halfway.TrySetResult();
                }
            });
        }
        catch (Exception exception) when (halfway.Task.IsCompleted
            && exception is Libp2pException or TimeoutException or InvalidOperationException)
        {
            return;
        }
        catch (Exception exception)
        {
            halfway.TrySetException(exception);
            throw;
        }
    }

    /// <summary>When a registration was made, as far as its peer can tell: after it was sent and before it was answered.</summary>
    private sealed record Registered(DateTimeOffset Sent, DateTimeOffset Answered)
    {
        /// <summary>The time left is rounded down; the seconds in which the server was dead count.</summary>
        public void CheckTimeLeft(ulong leftSeconds, ulong grantedSeconds, DateTimeOffset asked, DateTimeOffset answered)
        {
            double most = grantedSeconds - (asked - Answered).TotalSeconds;
            double least = grantedSeconds - (answered - Sent).TotalSeconds;
            Assert.InRange(leftSeconds, Math.Floor(least), most);
        }
    }
}
