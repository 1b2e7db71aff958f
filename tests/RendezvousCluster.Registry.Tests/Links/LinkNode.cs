using System.Threading.Channels;
using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Remote.Transport;
using Google.Protobuf;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Registry.Certificates;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Logs;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Links;

/// <summary>
/// A transport as the toolkit uses it, without the toolkit: with what it tells, and a time that stands still unless it is moved.
/// </summary>
internal sealed class LinkNode : IAssociationEventListener, IAsyncDisposable
{
    /// <summary>What a node begins with.</summary>
    public static readonly ByteString Associate = ByteString.CopyFrom(0x12, 0x02, 0x08, 0x01);

    public const int MaxFrameBytes = 256_000;

    private readonly ActorSystem _system;
    private readonly TestMeters _meters = new();
    private readonly Channel<AssociationHandle> _inbound = Channel.CreateBounded<AssociationHandle>(1000);
    private readonly Strangers _strangers;

    private LinkNode(ClusterCertificateFiles? files, LinkLimits limits, string bind)
    {
        _strangers = new Strangers(_meters, Time, Log);
        Credentials = files is null ? null : new ClusterCredentials(files, Time, new LogLines<ClusterCredentials>());
        var setup = new LinkSetup(Credentials, _strangers, Time) { Limits = limits };
        _system = ActorSystem.Create(
            "rendezvous",
            ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig("akka.loglevel = OFF\nakka.stdout-loglevel = OFF"), setup));
        Transport = new LinkTransport(_system, ConfigurationFactory.ParseString(
            $"""
            hostname = "{bind}"
            enable-ssl = {(files is null ? "off" : "on")}
            maximum-frame-size = {MaxFrameBytes}b
            connection-timeout = 2s
            send-buffer-size = 64000b
            receive-buffer-size = 64000b
            backlog = 4096
            """));
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public LogLines<Strangers> Log { get; } = new();

    public LinkTransport Transport { get; }

    public ClusterCredentials? Credentials { get; }

    /// <summary>Where it is reached.</summary>
    public Address Address { get; private set; } = null!;

    public int Port => Address.Port!.Value;

    /// <summary>Starts one.</summary>
    /// <param name="authority">Of whom it has a certificate; null: it goes without TLS.</param>
    public static Task<LinkNode> StartAsync(TestAuthority? authority, LinkLimits? limits = null, string bind = "127.0.0.1")
    {
        (string certificate, string key) = authority?.Issue() ?? ("", "");
        return StartAsync(authority is null ? null : new ClusterCertificateFiles(certificate, key, authority.AuthorityFile), limits, bind);
    }

    /// <summary>Starts one with these files.</summary>
    public static async Task<LinkNode> StartAsync(ClusterCertificateFiles? files, LinkLimits? limits = null, string bind = "127.0.0.1")
    {
        var node = new LinkNode(files, limits ?? LinkLimits.Default, bind);
        (node.Address, TaskCompletionSource<IAssociationEventListener> listening) = await node.Transport.Listen().Within();
        listening.SetResult(node);
        return node;
    }

    /// <summary>Dials another one and says what a node begins with.</summary>
    public async Task<LinkEar> DialAsync(Address other)
    {
        var ear = new LinkEar(await Transport.Associate(other).Within());
        Assert.True(ear.Handle.Write(Associate));
        return ear;
    }

    /// <summary>The next link that the toolkit hears of; what the other side began with is heard already.</summary>
    public async Task<LinkEar> AnswerAsync()
    {
        var ear = new LinkEar(await _inbound.Reader.ReadAsync().Within());
        Assert.Equal(Associate, await ear.HearAsync());
        return ear;
    }

    /// <summary>As <see cref="AnswerAsync"/>, and nobody listens to it yet.</summary>
    public Task<AssociationHandle> TakeAsync() => _inbound.Reader.ReadAsync().Within();

    /// <summary>Two ends of one link.</summary>
    public async Task<(LinkEar Near, LinkEar Far)> LinkAsync(LinkNode other) => (await DialAsync(other.Address), await other.AnswerAsync());

    /// <summary>How many strangers were turned away for a reason.</summary>
    public int Strangers(StrangerKind kind) =>
        (int)(_meters.Counted($"rendezvous.cluster.strangers reason={Registry.Links.Strangers.NameOf(kind)}") ?? 0);

    public void Notify(IAssociationEvent ev) => Assert.True(_inbound.Writer.TryWrite(((InboundAssociation)ev).Association));

    public async ValueTask DisposeAsync()
    {
        await Transport.Shutdown().Within();
        await _system.Terminate().Within();
        Credentials?.Dispose();
        _meters.Dispose();
    }
}
