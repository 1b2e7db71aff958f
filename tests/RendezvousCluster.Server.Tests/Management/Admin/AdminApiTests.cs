using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using OpenTelemetry;
using OpenTelemetry.Metrics;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry;
using RendezvousCluster.Server.Draining;
using RendezvousCluster.Server.Management;
using RendezvousCluster.Server.Management.Admin;
using RendezvousCluster.Server.Options;
using RendezvousCluster.Testing.Registry;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.Management.Admin;

public sealed class AdminApiTests : IAsyncLifetime, IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    private readonly FakeInquiries _cluster = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("rendezvous-admin-").FullName;
    private readonly FakeNodeDrain _nodeDrain = new();
    private readonly ApplicationLifetime _lifetime = new(NullLogger<ApplicationLifetime>.Instance);
    private PointDrain? _drain;
    private readonly FakeInspection _inspection = new();
    private readonly InMemoryRegistry _registry = new(TimeProvider.System);
    private readonly MeterProvider _metrics = Sdk.CreateMeterProviderBuilder().AddPrometheusExporter().Build();
    private readonly ManagementEndpoint _endpoint;
    private readonly HttpClient _client = new();

    public AdminApiTests() => _endpoint = new ManagementEndpoint(
        Microsoft.Extensions.Options.Options.Create(new ServerOptions { Management = "127.0.0.1:0" }),
        TestHealthPage.Of(new FakeReadiness()),
        _metrics,
        NullLogger<ManagementEndpoint>.Instance,
        admin: new AdminApi(
            _cluster,
            new RegistryQuestions(
                _registry, _inspection, Microsoft.Extensions.Options.Options.Create(new ServerOptions()), TimeProvider.System),
            NewWrites()));

    private string TokenFile => Path.Combine(_folder, AdminToken.FileName);

    public Task InitializeAsync() => _endpoint.StartAsync(CancellationToken.None).Within();

    public async Task DisposeAsync()
    {
        await _endpoint.StopAsync(CancellationToken.None).Within();
        await _endpoint.DisposeAsync();
    }

    public void Dispose()
    {
        _drain?.Dispose();
        Directory.Delete(_folder, recursive: true);
        _client.Dispose();
        _metrics.Dispose();
    }

    [Fact]
    public async Task The_answers_of_all_nodes_stand_together_and_a_node_without_one_is_named()
    {
        _cluster.Answers =
        [
            new NodeAnswer("node-1:4053", "{\"members\":[{\"node\":\"node-1:4053\",\"state\":\"up\",\"roles\":[]}]}"u8.ToArray(), null),
            new NodeAnswer("node-2:4053", null, "it did not answer within 4 s"),
            new NodeAnswer("node-3:4053", "not JSON"u8.ToArray(), null),
        ];

        JsonElement answer = await AskAsync("/admin/v1/members");

        Assert.Equal("node-1:4053", answer.GetProperty("askedThrough").GetString());
        JsonElement[] nodes = [.. answer.GetProperty("nodes").EnumerateArray()];
        Assert.Equal("up", nodes[0].GetProperty("answer").GetProperty("members")[0].GetProperty("state").GetString());
        Assert.Equal("it did not answer within 4 s", nodes[1].GetProperty("whyNot").GetString());
        Assert.False(nodes[1].TryGetProperty("answer", out _));
        Assert.Equal("its answer is not one that this version can read", nodes[2].GetProperty("whyNot").GetString());
    }

    [Theory]
    [InlineData("/admin/v1/connections", 20)]
    [InlineData("/admin/v1/connections?top=3", 3)]
    [InlineData("/admin/v1/connections?top=100", 100)]
    public async Task A_caller_says_how_many_rows_he_wants(string path, int top)
    {
        _cluster.Answers = [new NodeAnswer("node-1:4053", null, "it failed")];

        await AskAsync(path);

        Assert.Equal(("connections", $$"""{"top":{{top}}}"""), Assert.Single(_cluster.Asked));
    }

    [Theory]
    [InlineData("0")]
    [InlineData("101")]
    [InlineData("-1")]
    [InlineData("many")]
    [InlineData("99999999999999999999")]
    public async Task More_rows_than_an_answer_can_hold_are_refused(string top)
    {
        HttpResponseMessage response = await GetAsync($"/admin/v1/connections?top={top}");

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("1 to 100", await ErrorOfAsync(response), StringComparison.Ordinal);
        Assert.Empty(_cluster.Asked);
    }

    [Fact]
    public async Task A_namespace_is_read_page_by_page_and_its_owner_is_named()
    {
        const string Name = "chat/ä b";
        for (int peer = 1; peer <= 3; peer++)
        {
            await RegisterAsync(Name, new TestPeer());
        }

        _inspection.Shard = "17";
        _cluster.Answers =
        [
            new NodeAnswer("node-1:4053", Shards("namespace", "16"), null),
            new NodeAnswer("node-2:4053", Shards("ledger", "17"), null),
            new NodeAnswer("node-3:4053", Shards("namespace", "17"), null),
        ];
        string path = $"/admin/v1/namespace?name={Uri.EscapeDataString(Name)}&top=2";

        JsonElement first = await AskAsync(path);
        JsonElement second = await AskAsync($"{path}&after={first.GetProperty("next").GetString()}");

        Assert.Equal(
            (Name, "17", "node-3:4053"),
            (first.GetProperty("name").GetString(), first.GetProperty("shard").GetString(), first.GetProperty("owner").GetString()));
        Assert.Equal(2, first.GetProperty("registrations").GetArrayLength());
        JsonElement last = Assert.Single(second.GetProperty("registrations").EnumerateArray());
        Assert.StartsWith("/ip4/", last.GetProperty("addresses")[0].GetString(), StringComparison.Ordinal);
        Assert.False(second.TryGetProperty("next", out _));
    }

    [Theory]
    [InlineData("/admin/v1/namespace")]
    [InlineData("/admin/v1/namespace?name=")]
    [InlineData("/admin/v1/namespace?name=chat&after=soon")]
    [InlineData("/admin/v1/peer")]
    [InlineData("/admin/v1/peer?id=nobody")]
    public async Task A_question_about_nothing_is_refused(string path)
    {
        HttpResponseMessage response = await GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains("takes", await ErrorOfAsync(response), StringComparison.Ordinal);
        Assert.Empty(_cluster.Asked);
    }

    [Fact]
    public async Task A_peer_is_explained_by_the_ledger_and_by_every_node()
    {
        string id = new TestPeer().Id.ToString();
        _inspection.Registrations = new PeerRegistrations(7, [new PeerRegistration("chat", 60)], 3600);
        _cluster.Answers = [new NodeAnswer("node-1:4053", """{"connections":[],"maxConnections":8,"refused":2}"""u8.ToArray(), null)];

        JsonElement answer = await AskAsync($"/admin/v1/peer?id={id}");

        Assert.Equal(7, answer.GetProperty("registrations").GetProperty("total").GetInt32());
        Assert.Equal(1000, answer.GetProperty("maxRegistrations").GetInt32());
        Assert.Equal(2, answer.GetProperty("nodes")[0].GetProperty("answer").GetProperty("refused").GetInt32());
        Assert.Contains(id, Assert.Single(_cluster.Asked).Details, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_change_takes_the_token_of_the_file()
    {
        foreach (string? token in (string?[])[null, "wrong"])
        {
            HttpResponseMessage refused = await PostAsync("/admin/v1/drain", token);
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
            Assert.Contains(AdminToken.FileName, await ErrorOfAsync(refused), StringComparison.Ordinal);
            Assert.False(_nodeDrain.IsDraining);
        }

        string right = (await File.ReadAllTextAsync(TokenFile)).Trim();
        HttpResponseMessage done = await PostAsync("/admin/v1/drain", right);
        Assert.Equal(HttpStatusCode.OK, done.StatusCode);
        Assert.True(_nodeDrain.IsDraining);
        await Eventually.EqualAsync("drained", () => _drain!.Status.State);

        Assert.Equal(HttpStatusCode.OK, (await PostAsync("/admin/v1/undrain", right)).StatusCode);
        Assert.False(_nodeDrain.IsDraining);
        Assert.Equal("serving", _drain!.Status.State);
    }

    [Fact]
    public async Task A_change_is_not_made_by_looking()
    {
        HttpResponseMessage response = await GetAsync("/admin/v1/drain");

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.False(_nodeDrain.IsDraining);
    }

    [Fact]
    public async Task A_node_that_drains_waits_until_others_have_its_shards()
    {
        _inspection.Members = [new ClusterMember("a:1", "up", ["registry"], true), new ClusterMember("b:1", "up", ["registry"], false)];
        _inspection.Shards = [new NodeShards("namespace", new Dictionary<string, int> { ["1"] = 1 }, true)];
        string token = (await File.ReadAllTextAsync(TokenFile)).Trim();

        await PostAsync("/admin/v1/drain", token);
        await Eventually.EqualAsync(("handing-over", 1), () => (_drain!.Status.State, _drain.Status.ShardsLeft));
        _inspection.Shards = [new NodeShards("ledger", new Dictionary<string, int> { ["1"] = 1 }, true)];

        await Eventually.EqualAsync(("drained", 0), () => (_drain!.Status.State, _drain.Status.ShardsLeft));
    }

    [Fact]
    public async Task An_evicted_namespace_is_empty_and_others_stay_as_they_are()
    {
        for (int peer = 0; peer < 300; peer++)
        {
            await RegisterAsync("evicted", new TestPeer());
        }

        await RegisterAsync("kept", new TestPeer());
        string token = (await File.ReadAllTextAsync(TokenFile)).Trim();

        HttpResponseMessage response = await PostAsync("/admin/v1/evict?namespace=evicted", token);

        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.Equal((300, true), (answer.GetProperty("removed").GetInt32(), answer.GetProperty("isComplete").GetBoolean()));
        _cluster.Answers = [new NodeAnswer("node-1:4053", Shards("namespace", "0"), null)];
        Assert.Empty((await AskAsync("/admin/v1/namespace?name=evicted")).GetProperty("registrations").EnumerateArray());
        Assert.Single((await AskAsync("/admin/v1/namespace?name=kept")).GetProperty("registrations").EnumerateArray());
    }

    [Fact]
    public async Task An_evicted_peer_loses_its_registrations_everywhere_and_its_connections_to_every_node()
    {
        var peer = new TestPeer();
        await RegisterAsync("one", peer);
        await RegisterAsync("two", peer);
        _cluster.Answers = [new NodeAnswer("node-1:4053", """{"ended":2}"""u8.ToArray(), null), new NodeAnswer("node-2:4053", null, "no")];
        string token = (await File.ReadAllTextAsync(TokenFile)).Trim();

        HttpResponseMessage response = await PostAsync($"/admin/v1/evict?peer={peer.Id}", token);

        var answer = JsonElement.Parse(await response.Content.ReadAsStringAsync());
        Assert.True(answer.GetProperty("isComplete").GetBoolean());
        Assert.Equal(2, answer.GetProperty("nodes")[0].GetProperty("answer").GetProperty("ended").GetInt32());
        Assert.Equal("disconnect", Assert.Single(_cluster.Asked).Subject);
        Assert.Contains(peer.Id.ToString(), _cluster.Asked[0].Details, StringComparison.Ordinal);
        _cluster.Answers = [new NodeAnswer("node-1:4053", Shards("namespace", "0"), null)];
        foreach (string name in (string[])["one", "two"])
        {
            Assert.Empty((await AskAsync($"/admin/v1/namespace?name={name}")).GetProperty("registrations").EnumerateArray());
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("?peer=nobody")]
    [InlineData("?peer=12D3KooW&namespace=chat")]
    public async Task An_eviction_of_nothing_is_refused(string query)
    {
        string token = (await File.ReadAllTextAsync(TokenFile)).Trim();

        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync($"/admin/v1/evict{query}", token)).StatusCode);
        Assert.Empty(_cluster.Asked);
    }

    [Fact]
    public async Task A_node_that_is_asked_to_leave_answers_and_stops()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("/admin/v1/leave", token: null)).StatusCode);
        Assert.False(_lifetime.ApplicationStopping.IsCancellationRequested);

        HttpResponseMessage response = await PostAsync("/admin/v1/leave", (await File.ReadAllTextAsync(TokenFile)).Trim());

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        await Eventually.EqualAsync(true, () => _lifetime.ApplicationStopping.IsCancellationRequested);
    }

    [Fact]
    public async Task An_unknown_path_says_which_there_are()
    {
        HttpResponseMessage response = await GetAsync("/admin/v1/nothing");

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Contains("/admin/v1/status", await ErrorOfAsync(response), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_GET_is_answered()
    {
        using var content = new StringContent("");

        HttpResponseMessage response = await _client.PostAsync(new Uri(_endpoint.Address + "/admin/v1/status"), content).Within();

        Assert.Equal(HttpStatusCode.MethodNotAllowed, response.StatusCode);
        Assert.Empty(_cluster.Asked);
    }

    [Fact]
    public async Task A_page_that_had_its_name_point_here_is_refused_and_no_node_is_asked()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(_endpoint.Address + "/admin/v1/status"));
        request.Headers.Host = "rebound.example";

        HttpResponseMessage response = await _client.SendAsync(request).Within();

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Contains("by a name that is not one of its own machine", await ErrorOfAsync(response), StringComparison.Ordinal);
        Assert.Empty(_cluster.Asked);
    }

    [Fact]
    public async Task No_cache_keeps_an_answer()
    {
        _cluster.Answers = [new NodeAnswer("node-1:4053", null, "it failed")];

        HttpResponseMessage response = await GetAsync("/admin/v1/status");

        Assert.True(response.Headers.CacheControl!.NoStore);
        Assert.Equal("application/json", response.Content.Headers.ContentType!.MediaType);
    }

    [Fact]
    public async Task The_description_is_the_one_in_the_file()
    {
        HttpResponseMessage response = await GetAsync("/admin/v1/openapi.json");

        string actual = JsonSerializer.Serialize(
            JsonElement.Parse(await response.Content.ReadAsStringAsync()), Indented) + "\n";
        string path = ExpectedPath();
        if (Environment.GetEnvironmentVariable("UPDATE_EXPECTED") is { Length: > 0 })
        {
            await File.WriteAllTextAsync(path, actual, Encoding.UTF8);
        }

        Assert.Equal(await File.ReadAllTextAsync(path), actual);
    }

    // Of a node without peers.
    private AdminWrites NewWrites()
    {
        _drain = new PointDrain(
            new ServiceCollection().BuildServiceProvider(),
            Microsoft.Extensions.Options.Options.Create(new ServerOptions { Roles = "registry" }),
            new PeerGoodbye(_ => 0),
            _nodeDrain,
            _inspection,
            NullLogger<PointDrain>.Instance);
        return new AdminWrites(
            _drain,
            new Eviction(
                _registry, Microsoft.Extensions.Options.Options.Create(new ServerOptions()), TimeProvider.System),
            _cluster,
            _lifetime,
            () => AdminToken.LoadOrCreate(TokenFile, NullLogger.Instance),
            NullLogger<AdminWrites>.Instance);
    }

    private async Task<HttpResponseMessage> PostAsync(string path, string? token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_endpoint.Address + path));
        request.Headers.Authorization = token is null ? null : new AuthenticationHeaderValue("Bearer", token);
        return await _client.SendAsync(request).Within();
    }

    private static byte[] Shards(string region, string shard) => Encoding.UTF8.GetBytes(
        $$$"""{"regions":[{"region":"{{{region}}}","shards":{"{{{shard}}}":1},"isCoordinator":false}]}""");

    private async Task RegisterAsync(string name, TestPeer peer)
    {
        var command = new RegisterCommand(
            RendezvousNamespace.Parse(name), peer.Id, peer.Record(), RegistrationFlavour.Standard, 1, 7200,
            TimeProvider.System.GetUtcNow() + new ServerOptions().Limits.RequestTimeout);
        Assert.Equal(RendezvousStatus.Ok, (await _registry.RegisterAsync(command, CancellationToken.None).AsTask().Within()).Status);
    }

    private static string ExpectedPath([CallerFilePath] string callerPath = "") =>
        Path.Combine(Path.GetDirectoryName(callerPath)!, "Expected", "openapi.json");

    private static async Task<string> ErrorOfAsync(HttpResponseMessage response) =>
        JsonElement.Parse(await response.Content.ReadAsStringAsync()).GetProperty("error").GetString()!;

    private async Task<JsonElement> AskAsync(string path)
    {
        HttpResponseMessage response = await GetAsync(path);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return JsonElement.Parse(await response.Content.ReadAsStringAsync());
    }

    private Task<HttpResponseMessage> GetAsync(string path) => _client.GetAsync(new Uri(_endpoint.Address + path)).Within();
}
