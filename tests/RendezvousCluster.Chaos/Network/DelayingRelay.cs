using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;

namespace RendezvousCluster.Chaos.Network;

/// <summary>
/// One connection through a <see cref="DelayingProxy"/>: two sockets, and two directions that know nothing of each other.
/// </summary>
internal sealed class DelayingRelay(Socket client, IPEndPoint target, int seed, TimeProvider time) : IDisposable
{
    private const int ChunkBytes = 16 * 1024;

    // On the way in one direction at most, in chunks; who sends more has to wait.
    private const int Window = 256;

    private readonly Socket _server = new(target.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly DelayLine _up = new(seed);
    private readonly DelayLine _down = new(~seed);

    /// <summary>See <see cref="DelayingProxy.Delay"/>.</summary>
    public void Delay(TimeSpan longest)
    {
        _up.Delay(longest);
        _down.Delay(longest);
    }

    /// <summary>
    /// Ends when both directions have ended, or when one has failed; then it breaks the connection to both sides.
    /// </summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using var broken = CancellationTokenSource.CreateLinkedTokenSource(stop);
        client.NoDelay = true;
        try
        {
            await _server.ConnectAsync(target, broken.Token);
            await Task.WhenAll(PassAsync(client, _server, _up, broken), PassAsync(_server, client, _down, broken));
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException)
        {
            // Without lingering, closing is a reset.
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            _server.LingerState = new LingerOption(enable: true, seconds: 0);
        }
    }

    public void Dispose()
    {
        client.Dispose();
        _server.Dispose();
    }

    private async Task PassAsync(Socket from, Socket to, DelayLine line, CancellationTokenSource broken)
    {
        var way = Channel.CreateBounded<(byte[] Bytes, DateTimeOffset Due)>(Window);
        await Task.WhenAll(
            OrBreakAsync(ReadAsync(from, line, way.Writer, broken.Token), broken),
            OrBreakAsync(WriteAsync(to, way.Reader, broken.Token), broken));
    }

    // A failure anywhere ends all four.
    private static async Task OrBreakAsync(Task task, CancellationTokenSource broken)
    {
        try
        {
            await task;
        }
        catch (SocketException)
        {
            await broken.CancelAsync();
            throw;
        }
    }

    private async Task ReadAsync(
        Socket from, DelayLine line, ChannelWriter<(byte[] Bytes, DateTimeOffset Due)> way, CancellationToken broken)
    {
        byte[] buffer = new byte[ChunkBytes];
        int count;
        do
        {
            count = await from.ReceiveAsync(buffer, broken);
            await way.WriteAsync((buffer[..count], line.DueAt(time.GetUtcNow())), broken);
        }
        while (count > 0);
    }

    // An empty chunk is the end.
    private async Task WriteAsync(Socket to, ChannelReader<(byte[] Bytes, DateTimeOffset Due)> way, CancellationToken broken)
    {
        await foreach ((byte[] bytes, DateTimeOffset due) in way.ReadAllAsync(broken))
        {
            // Timers count in milliseconds.
            if (Math.Ceiling((due - time.GetUtcNow()).TotalMilliseconds) is var rest and > 0)
            {
                using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(rest), time);
                await timer.WaitForNextTickAsync(broken);
            }

            if (bytes.Length == 0)
            {
                to.Shutdown(SocketShutdown.Send);
                return;
            }

            for (ReadOnlyMemory<byte> unsent = bytes; unsent.Length > 0;)
            {
                unsent = unsent[await to.SendAsync(unsent, broken)..];
            }
        }
    }
}
