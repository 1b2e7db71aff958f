using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RendezvousCluster.Chaos.Cluster;
using RendezvousCluster.Chaos.Load;
using RendezvousCluster.Chaos.Network;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Chaos.Clocks;

/// <summary>
/// Large steps of the wall clock of a real server, in both directions, while it runs and between stop and start: nothing is deleted,
/// refused or prolonged.
/// </summary>
[TakesSeconds(60)]
[SuppressMessage("Design", "CA1001", Justification = "The runner calls DisposeAsync.")]
public sealed class ClockStepTests : IAsyncLifetime
{
    private const uint Ttl = 7_200;
    private const uint LongestTtl = 259_200;
    private const int Namespaces = 30;
    private const uint TenMinutes = 600;

    // The janitor goes round all the time, and thinks nothing of hours.
    private static readonly Dictionary<string, object> EagerUpkeep = new()
    {
        ["FenceAge"] = "00:00:04",
        ["TrustAge"] = "00:00:02",
        ["JanitorInterval"] = "00:00:01",
        ["JanitorMargin"] = "00:00:04",
    };

    // How long a loaded machine may take for anything. A clock that is wrong by hours stays so for longer.
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(500);

    // Twenty rounds of the janitor.
    private static readonly TimeSpan WhileItIsWrong = TimeSpan.FromSeconds(20);

    private readonly LoopbackNetwork _network = new();
    private readonly ClusterNode _node;
    private readonly WireClient _peer = new();
    private readonly WireClient _leaver = new();
    private readonly TemporaryFolder _folder = new();

    public ClockStepTests() => _node = new ClusterNode(0, _network, hasClock: true);

    // Starts nothing: what a method that fails here has started, nobody ends.
    public Task InitializeAsync() =>
        File.WriteAllTextAsync(SettingsFile, JsonSerializer.Serialize(new { Rendezvous = new { Upkeep = EagerUpkeep } }));

    public async Task DisposeAsync()
    {
        await _peer.DisposeAsync();
        await _leaver.DisposeAsync();
        await _node.DisposeAsync();
        await _network.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Three_hours_back_refuse_and_prolong_nothing()
    {
        await StartAsync();
        await RegisterAsync(_peer, "chat", Ttl);
        await RegisterAsync(_leaver, "chat", Ttl);
        await StepAsync(TimeSpan.FromHours(-3));

        await AssertAllWorksAsync();

        await _node.TerminateAsync(Longest);
        _node.Clock!.Set(TimeSpan.FromHours(-6));
        await StartAsync();
        await AssertAllWorksAsync();
    }

    [Fact]
    public async Task Three_hours_ahead_for_seconds_refuse_nothing_afterwards()
    {
        await StartAsync();
        await RegisterAsync(_peer, "chat", Ttl);
        await RegisterAsync(_leaver, "chat", Ttl);
        await StepAsync(TimeSpan.FromHours(3));
        Assert.Equal(2, (await DiscoverAsync("chat")).Length);
        await UnregisterAsync(_leaver, "chat");
        await RegisterAsync(_peer, "chat", Ttl);
        await StepAsync(TimeSpan.Zero);

        await AssertAllWorksAsync();
    }

    [Fact]
    public async Task Eighty_hours_ahead_after_a_start_and_right_again_delete_nothing()
    {
        await StartAsync();
        string[] names = [.. Enumerable.Range(0, Namespaces).Select(i => string.Create(CultureInfo.InvariantCulture, $"long-{i}"))];
        foreach (string name in names)
        {
            await RegisterAsync(_peer, name, LongestTtl);
        }

        await _node.TerminateAsync(Longest);
        _node.Clock!.Set(TimeSpan.FromHours(80));
        await StartAsync();
        await Schedule.PassAsync(WhileItIsWrong);
        await DiscoverAsync(names[0]);
        await StepAsync(TimeSpan.Zero);

        foreach (string name in names)
        {
            Assert.InRange(Assert.Single(await DiscoverAsync(name)), LongestTtl - TenMinutes, LongestTtl);
        }
    }

    private string SettingsFile => _folder.File("settings.json");

    private async Task AssertAllWorksAsync()
    {
        Assert.All(await DiscoverAsync("chat"), ttl => Assert.InRange(ttl, 1ul, Ttl));
        await UnregisterAsync(_leaver, "chat");
        Assert.Single(await DiscoverAsync("chat"));
        await RegisterAsync(_leaver, "chat", Ttl);
        await RegisterAsync(_peer, "chat", Ttl);
        ulong[] left = await DiscoverAsync("chat");
        Assert.Equal(2, left.Length);
        Assert.All(left, ttl => Assert.InRange(ttl, Ttl - TenMinutes, Ttl));
    }

    private async Task StartAsync()
    {
        await _node.StartAloneAsync("--config", SettingsFile);
        await Eventually.EqualAsync(true, _node.IsReadyAsync, Longest);
    }

    // The server says that it has noticed, which takes as long as the machine lets it.
    private async Task StepAsync(TimeSpan ahead)
    {
        string direction = ahead > _node.Clock!.Offset ? "ahead" : "back";
        string steps = $"rendezvous_registry_clock_steps_total{{direction=\"{direction}\"}}";
        double before = await CountAsync(steps);
        _node.Clock.Set(ahead);
        await Eventually.EqualAsync(true, async () => await CountAsync(steps) > before, Longest);
    }

    private async Task<double> CountAsync(string series)
    {
        using var limit = new CancellationTokenSource(Longest);
        while (true)
        {
            try
            {
                return await _node.ReadMetricAsync(series);
            }
            catch (Exception exception)
                when (!limit.IsCancellationRequested && exception is (HttpRequestException or OperationCanceledException))
            {
                await Schedule.PassAsync(RetryPause);
            }
        }
    }

    private async Task RegisterAsync(WireClient peer, string name, uint ttl)
    {
        var request = new RegisterRequest(Bytes(name), peer.Peer.Record(1), ttl);
        RegisterResponse response = await SendAsync(
            () => peer.AskAsync<RegisterResponse>(0, _node.Address, request), response => response.Status);
        Assert.True(response.Status == RendezvousStatus.Ok, $"{response.Status}: {response.StatusText}\n{_node.Errors}");
    }

    // The clean end of the stream says that it is done.
    private Task<bool> UnregisterAsync(WireClient peer, string name) => SendAsync(
        async () =>
        {
            await peer.TellAsync(0, _node.Address, new UnregisterRequest(Bytes(name)));
            return true;
        },
        _ => RendezvousStatus.Ok);

    private async Task<ulong[]> DiscoverAsync(string name)
    {
        var request = new DiscoverRequest(Bytes(name), 100, default);
        DiscoverResponse response = await SendAsync(
            () => _peer.AskAsync<DiscoverResponse>(0, _node.Address, request), response => response.Status);
        Assert.True(response.Status == RendezvousStatus.Ok, $"{response.Status}: {response.StatusText}\n{_node.Errors}");
        return [.. response.Registrations.Select(registration => registration.TtlSeconds)];
    }

    // A connection from before a restart is found broken by the first request, and a machine that does too much at once makes a server give
    // up.
    private static async Task<T> SendAsync<T>(Func<Task<T>> send, Func<T, RendezvousStatus> statusOf)
    {
        using var limit = new CancellationTokenSource(Longest);
        while (true)
        {
            try
            {
                T answer = await send();
                if (limit.IsCancellationRequested || statusOf(answer) != RendezvousStatus.Unavailable)
                {
                    return answer;
                }

                await Schedule.PassAsync(RetryPause);
            }
            catch (Exception exception) when (!limit.IsCancellationRequested && exception is (NotSentException or NoAnswerException))
            {
                await Schedule.PassAsync(RetryPause);
            }
        }
    }

    private static byte[] Bytes(string name) => Encoding.UTF8.GetBytes(name);
}
