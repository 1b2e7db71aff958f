using System.Buffers.Binary;
using System.Net.Sockets;
using RendezvousCluster.Registry.Membership;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Frames;

namespace RendezvousCluster.Cluster.Tests.ActorPort;

/// <summary>A connection to the port of a node that says what it likes, in the form that the toolkit's remoting speaks.</summary>
internal sealed class RawLink : IAsyncDisposable
{
    private readonly TcpClient _client = new() { NoDelay = true };
    private readonly string _system;

    private RawLink(string system) => _system = system;

    /// <summary>Connects, and says to be a node at an address of its own.</summary>
    /// <param name="node">Who is connected to.</param>
    /// <param name="protocol">How that one's addresses begin.</param>
    public static async Task<RawLink> OpenAsync(NodeAddress node, string protocol)
    {
        var link = new RawLink($"{protocol}://rendezvous@{node}");
        await link._client.ConnectAsync(node.Host, node.Port).Within();
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
        await _client.GetStream().WriteAsync(bytes).AsTask().Within();
    }

    public ValueTask DisposeAsync()
    {
        _client.Dispose();
        return ValueTask.CompletedTask;
    }

    private async Task ReceiveAsync()
    {
        byte[] length = new byte[sizeof(int)];
        await _client.GetStream().ReadExactlyAsync(length).AsTask().Within();
        await _client.GetStream().ReadExactlyAsync(new byte[BinaryPrimitives.ReadInt32LittleEndian(length)]).AsTask().Within();
    }
}
