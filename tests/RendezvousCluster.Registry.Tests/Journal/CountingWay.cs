using System.Net;
using System.Net.Sockets;

namespace RendezvousCluster.Registry.Tests.Journal;

/// <summary>A way to a server on loopback that counts how often a client waits for it: how often it sends after it got an answer.</summary>
internal sealed class CountingWay : IAsyncDisposable
{
    private const int BufferBytes = 16 * 1024;

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stopping = new();
    private readonly int _port;
    private readonly Task _accepting;
    private int _roundTrips;

    /// <param name="port">Where the server listens.</param>
    public CountingWay(int port)
    {
        _port = port;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients go instead.</summary>
    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How often clients have waited so far.</summary>
    public int RoundTrips => Volatile.Read(ref _roundTrips);

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await _accepting;
        _listener.Dispose();
        _stopping.Dispose();
    }

    private async Task AcceptAsync()
    {
        var relays = new List<Task>();
        try
        {
            while (true)
            {
                relays.Add(RelayAsync(await _listener.AcceptTcpClientAsync(_stopping.Token)));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(relays);
        }
    }

    private async Task RelayAsync(TcpClient client)
    {
        using TcpClient near = client;
        using var far = new TcpClient { NoDelay = true };
        near.NoDelay = true;
        await far.ConnectAsync(IPAddress.Loopback, _port, _stopping.Token);
        int isAsking = 0;
        await Task.WhenAll(
            CopyAsync(near, far, () => Interlocked.Add(ref _roundTrips, 1 - Interlocked.Exchange(ref isAsking, 1))),
            CopyAsync(far, near, () => Interlocked.Exchange(ref isAsking, 0)));
    }

    private async Task CopyAsync(TcpClient from, TcpClient to, Action passing)
    {
        byte[] buffer = new byte[BufferBytes];
        try
        {
            while (await from.GetStream().ReadAsync(buffer, _stopping.Token) is > 0 and var read)
            {
                passing();
                await to.GetStream().WriteAsync(buffer.AsMemory(0, read), _stopping.Token);
            }

            to.Client.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is IOException or SocketException or OperationCanceledException)
        {
            to.Close(); // one of the two ends has gone, or the test is over
        }
    }
}
