using System.Buffers.Binary;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Certificates;
using RendezvousCluster.Testing.Frames;

namespace RendezvousCluster.Cluster.Tests.ActorPort;

/// <summary>
/// A connection to the port of a node that says what it likes, in the form that the toolkit's remoting speaks. It has the certificate of a
/// node, as somebody has who stole it.
/// </summary>
internal sealed class RawLink : IAsyncDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly X509Certificate2 _certificate = X509Certificate2.CreateFromPemFile(
        TestCertificates.Files.Certificate, TestCertificates.Files.Key);
    private readonly string _system;
    private SslStream? _stream;

    private RawLink(string system) => _system = system;

    private SslStream Stream => _stream!;

    /// <summary>Connects, and says to be a node at an address of its own.</summary>
    /// <param name="node">The node to connect to.</param>
    /// <param name="protocol">How that node's addresses begin.</param>
    public static async Task<RawLink> OpenAsync(NodeAddress node, string protocol)
    {
        var link = new RawLink($"{protocol}://rendezvous@{node}");
        await link.ConnectAsync(node).Within();
        await link.SendAsync(NodeFrames.Associate(protocol["akka.".Length..], "rendezvous", "127.0.0.1", port: 1, incarnation: 7));
        await link.ReceiveAsync();
        return link;
    }

    /// <summary>Sends a message to an actor.</summary>
    public Task SendAsync(string path, int serializer, string manifest, byte[] bytes) =>
        SendAsync(NodeFrames.Message($"{_system}/{path}", serializer, manifest, bytes));

    /// <summary>Sends a message that selects an actor by its path.</summary>
    public Task SelectAsync(string path, int serializer, string manifest, byte[] bytes) =>
        SendAsync("", 6, "", NodeFrames.Selection(path, serializer, manifest, bytes));

    /// <summary>Sends bytes that the node takes for one frame.</summary>
    public async Task SendAsync(byte[] frame)
    {
        byte[] bytes = new byte[sizeof(int) + frame.Length];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, frame.Length);
        frame.CopyTo(bytes, sizeof(int));
        await Stream.WriteAsync(bytes).AsTask().Within();
    }

    public async ValueTask DisposeAsync()
    {
        if (_stream is not null)
        {
            await _stream.DisposeAsync();
        }

        _client.Dispose();
        _certificate.Dispose();
    }

    private async Task ConnectAsync(NodeAddress node)
    {
        await _client.ConnectAsync(node.Host, node.Port);
        _stream = new SslStream(_client.GetStream());
        await _stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions
        {
            TargetHost = "any",
            ClientCertificates = [_certificate],
            RemoteCertificateValidationCallback = (_, shown, _, _) => shown is not null,
        });
    }

    private async Task ReceiveAsync()
    {
        byte[] length = new byte[sizeof(int)];
        await Stream.ReadExactlyAsync(length).AsTask().Within();
        await Stream.ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32LittleEndian(length)]).AsTask().Within();
    }
}
