using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry;
using RendezvousCluster.Registry.Hosting;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Databases;

namespace RendezvousCluster.Cluster.Tests;

/// <summary>Which nodes get in at the port that nodes use among themselves, and that nobody else disturbs them there.</summary>
public sealed class TlsTests(TestPostgres server) : IClassFixture<TestPostgres>, IAsyncLifetime, IDisposable
{
    private const int Visits = 20;

    private readonly TestAuthority _authority = new();
    private string _database = "";
    private ClusterNode? _node;

    private ClusterNode Node => _node!;

    public async Task InitializeAsync()
    {
        _database = await server.CreateDatabaseAsync();
        _node = await ClusterNode.StartAsync(With(_authority));
    }

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    public void Dispose() => _authority.Dispose();

    [Fact]
    public async Task Nodes_with_certificates_of_one_authority_are_one_cluster()
    {
        await using ClusterNode other = await ClusterNode.StartAsync(With(_authority), Node);

        Assert.Equal(RendezvousStatus.Ok, await other.RegisterAsync("chat", 1));
        Assert.Equal(1, await Node.CountAsync("chat"));
        await Eventually.EqualAsync(2, () => Node.Members);
    }

    [Fact]
    public async Task A_node_without_a_certificate_or_with_one_of_another_authority_does_not_get_in()
    {
        using var stranger = new TestAuthority();

        Task<RegistryStartException> withoutTls =
            Assert.ThrowsAsync<RegistryStartException>(() => ClusterNode.StartAsync(Impatient(With(authority: null)), Node));
        RegistryStartException ofAnother = await Assert.ThrowsAsync<RegistryStartException>(
            () => ClusterNode.StartAsync(Impatient(With(stranger)), Node));

        string notTakenIn = $"no seed has taken this node in as [0-9.:]+ yet: {Node.Address} accepts connections";
        Assert.Matches(notTakenIn, ofAnother.Message);
        Assert.EndsWith("' is of another authority.", ofAnother.Message, StringComparison.Ordinal);
        Assert.Matches(notTakenIn, (await withoutTls).Message);
        await ServesAloneAsync();
    }

    [Fact]
    public async Task Port_scanners_and_garbage_leave_the_node_as_it_is()
    {
        Random random = SeededRandom.Create(out _);
        byte[] garbage = new byte[64 * 1024];
        for (int visit = 0; visit < Visits; visit++)
        {
            random.NextBytes(garbage);
            await SendAsync(ReadOnlyMemory<byte>.Empty);
            await SendAsync(garbage.AsMemory(0, random.Next(1, garbage.Length)));
            await SendAsync("GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            await SendAsync(new byte[] { 0x16, 0x03, 0x01, 0xff, 0xff }); // the head of a TLS record, and then nothing
        }

        await ServesAloneAsync();
        await using ClusterNode other = await ClusterNode.StartAsync(With(_authority), Node);
        await Eventually.EqualAsync(2, () => Node.Members);
    }

    [Fact]
    public async Task A_TLS_client_without_a_certificate_is_closed_and_leaves_the_node_as_it_is()
    {
        using var stranger = new TestAuthority();
        (string certificateFile, string keyFile) = stranger.Issue();
        using X509Certificate2 foreign = X509Certificate2.CreateFromPemFile(certificateFile, keyFile);
        for (int visit = 0; visit < Visits; visit++)
        {
            Assert.True(await IsClosedAsync(certificate: null));
            Assert.True(await IsClosedAsync(foreign));
        }

        await ServesAloneAsync();
        await using ClusterNode other = await ClusterNode.StartAsync(With(_authority), Node);
        await Eventually.EqualAsync(2, () => Node.Members);
    }

    /// <summary>The node is what it was: it serves, and nobody has joined it.</summary>
    private async Task ServesAloneAsync()
    {
        Assert.Equal(1, Node.Members);
        Assert.Null(Node.Fate.Lost);
        Assert.True(Node.Readiness.IsReady);
        Assert.Equal(RendezvousStatus.Ok, await Node.RegisterAsync("chat", 1));
    }

    private async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        using TcpClient client = await ConnectAsync();
        try
        {
            await client.GetStream().WriteAsync(bytes).Within();
        }
        catch (IOException)
        {
            return; // it was closed in the middle, which is as good
        }
    }

    /// <summary>Whether a TLS client is turned away: in the handshake, or, as TLS 1.3 has it, right after.</summary>
    private async Task<bool> IsClosedAsync(X509Certificate2? certificate)
    {
        using TcpClient client = await ConnectAsync();
        await using var tls = new SslStream(client.GetStream());
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
            {
                TargetHost = "any",
                ClientCertificates = certificate is null ? null : [certificate],
                RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
            }).Within();
            await tls.WriteAsync(new byte[64]).AsTask().Within();
            return await tls.ReadAsync(new byte[64]).Within() == 0;
        }
        catch (Exception exception) when (exception is IOException or AuthenticationException)
        {
            return true;
        }
    }

    private async Task<TcpClient> ConnectAsync()
    {
        var client = new TcpClient();
        await client.ConnectAsync(Node.Address.Host, Node.Address.Port).Within();
        return client;
    }

    private Action<RegistryOptions> With(TestAuthority? authority) => options =>
    {
        options.Storage = RegistryStorage.Postgres;
        options.ConnectionString = _database;
        options.Cluster.Certificates = null;
        if (authority is not null)
        {
            (string certificate, string key) = authority.Issue();
            options.Cluster.Certificates = new ClusterCertificateFiles(certificate, key, authority.AuthorityFile);
        }
    };

    private static Action<RegistryOptions> Impatient(Action<RegistryOptions> configure) => options =>
    {
        configure(options);
        options.ReadyTimeout = TimeSpan.FromSeconds(8);
    };
}
