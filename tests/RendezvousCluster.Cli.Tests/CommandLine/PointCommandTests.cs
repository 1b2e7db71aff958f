using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using RendezvousCluster.Client.Tests.Real;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Cli.Tests.CommandLine;

/// <summary>The commands against a point of ours, over real sockets.</summary>
public sealed class PointCommandTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private RealPoint _point = null!;

    private string[] Point => ["--point", _point.Address];

    public async Task InitializeAsync() => _point = await RealPoint.StartAsync();

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await _point.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Register_stays_until_it_is_stopped_and_then_unregisters()
    {
        var registering = Run.Start(["register", "chat", "--ttl", "600", "--listen", "/ip4/127.0.0.1/tcp/0", "--json", .. Point]);
        JsonElement registered = await registering.NextEventAsync("registered");
        string peer = (await registering.NextEventAsync("ready")).GetProperty("peer").GetString()!;
        Assert.Equal(600, registered.GetProperty("ttl").GetDouble());

        JsonElement found = Assert.Single(await Run.ToJsonAsync(["discover", "chat", .. Point]));
        Assert.Equal(("found", peer, "chat"), (Text(found, "event"), Text(found, "peer"), Text(found, "ns")));
        Assert.StartsWith("/ip4/127.0.0.1/tcp/", Assert.Single(found.GetProperty("addresses").EnumerateArray()).GetString());

        Assert.Equal(0, await registering.StopAsync());
        await registering.NextEventAsync("unregistered");
        Assert.Empty(await Run.ToJsonAsync(["discover", "chat", .. Point]));
    }

    [Fact]
    public async Task Registered_once_it_stays_and_unregister_ends_it()
    {
        string key = _folder.File("node.key");
        string peer = (await Run.ToEndAsync("keygen", key)).Output.Trim();
        string[] me = ["--identity", key, .. Point];

        (int code, string output, _) =
            await Run.ToEndAsync(["register", "one", "two", "--once", "--announce", "/dns4/example.com/tcp/4001", .. me]);
        Assert.Equal(0, code);
        Assert.Equal(2, output.Split('\n').Count(line => line.StartsWith("registered in ", StringComparison.Ordinal)));
        Assert.Equal(["one", "two"], (await Run.ToJsonAsync(["discover", "--all", .. Point])).Select(found => Text(found, "ns")).Order());

        Assert.Equal("unregistered", Text(Assert.Single(await Run.ToJsonAsync(["unregister", "one", .. me])), "event"));
        JsonElement left = Assert.Single(await Run.ToJsonAsync(["discover", "--all", .. Point]));
        Assert.Equal(("two", peer), (Text(left, "ns"), Text(left, "peer")));
    }

    [Fact]
    public async Task Relayed_and_onion_addresses_are_registered_and_found_as_they_were_announced()
    {
        string[] announced =
        [
            $"/ip4/203.0.113.7/tcp/4001/p2p/{new TestPeer().Id}/p2p-circuit",
            $"/ip6/2001:db8::7/udp/4001/quic-v1/p2p/{new TestPeer().Id}/p2p-circuit/webrtc",
            "/onion3/vww6ybal4bd7szmgncyruucpgfkqahzddi37ktceo3ah7ngmcopnpyyd:1234",
        ];
        await Run.ToEndAsync(["register", "chat", "--once", .. announced.SelectMany(address => new[] { "--announce", address }), .. Point]);

        JsonElement found = Assert.Single(await Run.ToJsonAsync(["discover", "chat", "--public", .. Point]));

        Assert.Equal(announced, found.GetProperty("addresses").EnumerateArray().Select(address => address.GetString()!));
    }

    [Fact]
    public async Task Address_of_another_peer_is_not_announced()
    {
        string relay = $"/ip4/203.0.113.7/tcp/4001/p2p/{new TestPeer().Id}";

        (int code, _, string error) = await Run.ToEndAsync(["register", "chat", "--once", "--announce", relay, .. Point]);

        Assert.Equal(2, code);
        Assert.Contains("/p2p-circuit", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_table_for_people_has_no_escape_sequences_in_a_pipe()
    {
        await Run.ToEndAsync(["register", "[red]markup[/]", "--once", "--announce", "/dns4/example.com/tcp/4001", .. Point]);

        (int code, string output, _) = await Run.ToEndAsync(["discover", "--all", .. Point]);

        Assert.Equal(0, code);
        Assert.Contains("[red]markup[/]", output);
        Assert.Contains("/dns4/example.com/tcp/4001", output);
        Assert.Contains("1 peer", output);
        Assert.DoesNotContain('\u001b', output);
    }

    [Fact]
    public async Task A_namespace_of_a_stranger_is_harmless_on_a_terminal_and_exact_in_JSON()
    {
        const string Evil = "evil\u001b]0;title\u0007\u001b[31m\nFAKE ROW\u202e";
        const string Visible = @"evil\u001b]0;title\u0007\u001b[31m\u000aFAKE ROW\u202e";
        var watching = Run.Start(["discover", "--all", "--watch", "--interval", "0.1", .. Point]);

        (_, string registered, _) = await Run.ToEndAsync(
            ["register", Evil, "--once", "--announce", "/dns4/example.com/tcp/4001", .. Point]);
        (_, string table, _) = await Run.ToEndAsync(["discover", "--all", .. Point]);
        string joined = await watching.NextLineAsync();
        await watching.StopAsync();
        (_, string json, _) = await Run.ToEndAsync(["discover", "--all", "--json", .. Point]);

        foreach (string written in new[] { registered, table, joined, json })
        {
            Assert.DoesNotContain(written, character => char.IsControl(character) && character is not ('\n' or '\r'));
            Assert.DoesNotContain('\u202e', written);
        }

        Assert.Contains($"registered in \"{Visible}\" at ", registered);
        Assert.Contains($" {Visible} ", Assert.Single(table.Split('\n'), line => line.Contains("FAKE ROW")));
        Assert.StartsWith($"joined   \"{Visible}\" 12D3KooW", joined);
        Assert.Equal(Evil, JsonElement.Parse(json).GetProperty("ns").GetString());
    }

    [Fact]
    public async Task Private_addresses_are_left_out_when_that_is_wanted()
    {
        await Run.ToEndAsync(["register", "chat", "--once", "--announce", "/ip4/10.0.0.1/tcp/4001", .. Point]);

        Assert.Single(await Run.ToJsonAsync(["discover", "chat", .. Point]));
        Assert.Empty(await Run.ToJsonAsync(["discover", "chat", "--public", .. Point]));
    }

    [Fact]
    public async Task A_limit_is_kept()
    {
        for (int peer = 0; peer < 3; peer++)
        {
            await Run.ToEndAsync(["register", "chat", "--once", "--announce", "/dns4/example.com/tcp/4001", .. Point]);
        }

        Assert.Equal(2, (await Run.ToJsonAsync(["discover", "chat", "--limit", "2", .. Point])).Length);
    }

    [Fact]
    public async Task Watch_tells_who_joins_until_it_is_stopped()
    {
        var watching = Run.Start(["discover", "chat", "--watch", "--interval", "0.1", "--json", .. Point]);
        await Run.ToEndAsync(["register", "chat", "--once", "--announce", "/dns4/example.com/tcp/4001", .. Point]);

        Assert.Equal("/dns4/example.com/tcp/4001", (await watching.NextEventAsync("joined")).GetProperty("addresses")[0].GetString());
        Assert.Equal(0, await watching.StopAsync());
    }

    [Fact]
    public async Task Ping_and_identify_succeed_when_one_point_answers()
    {
        string dead = $"/ip4/127.0.0.1/tcp/1/p2p/{new TestPeer().Id}";

        JsonElement[] pings = await Run.ToJsonAsync(["ping", "--count", "2", "--point", dead, .. Point]);
        JsonElement[] identified = await Run.ToJsonAsync(["identify", "--point", dead, .. Point]);

        Assert.Equal(["failed", "pong", "pong"], pings.Select(line => Text(line, "event")));
        Assert.Equal(["failed", "identified"], identified.Select(line => Text(line, "event")));
        Assert.Contains("/rendezvous/1.0.0", identified[1].GetProperty("protocols").EnumerateArray().Select(id => id.GetString()));
        Assert.StartsWith("rendezvous-cluster/", Text(identified[1], "agent"));
        Assert.Contains("/rendezvous/1.0.0", (await Run.ToEndAsync(["identify", .. Point])).Output);
    }

    [Theory]
    [InlineData("discover", "chat")]
    [InlineData("register", "chat", "--listen", "/ip4/127.0.0.1/tcp/0")]
    [InlineData("ping")]
    [InlineData("identify")]
    [InlineData("load", "--peers", "1")]
    public async Task A_command_fails_with_1_when_no_point_answers(params string[] arguments)
    {
        (int code, _, _) = await Run.ToEndAsync([.. arguments, "--point", $"/ip4/127.0.0.1/tcp/1/p2p/{new TestPeer().Id}"]);

        Assert.Equal(1, code);
    }

    [Fact]
    public async Task Stopped_before_it_was_done_it_fails_with_1()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();
        int port = ((IPEndPoint)silent.LocalEndpoint).Port;
        var run = Run.Start("discover", "chat", "--point", $"/ip4/127.0.0.1/tcp/{port}/p2p/{new TestPeer().Id}");
        using Socket dialled = await silent.AcceptSocketAsync().Within();

        Assert.Equal(1, await run.StopAsync());
        Assert.Contains("stopped", run.Error);
    }

    [Fact]
    public async Task A_refusal_ends_with_3()
    {
        await using RealPoint strict = await RealPoint.StartAsync(limits: limits => limits.DiscoverAllNamespaces = false);

        (int code, string output, string error) = await Run.ToEndAsync("discover", "--all", "--point", strict.Address);

        Assert.Equal((3, ""), (code, output));
        Assert.Contains("E_NOT_AUTHORIZED", Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private static string Text(JsonElement line, string name) => line.GetProperty(name).GetString()!;
}
