using System.Net;
using System.Net.Sockets;

namespace RendezvousCluster.Chaos.Network;

/// <summary>
/// Listens for TCP connections, and passes each on to somewhere else, both ways, with a delay that the test sets: a long way between two
/// that are near. It holds back latency only, not how much passes. It changes no bytes and passes on an end of one direction, and a
/// connection that breaks on one side breaks on the other.
/// </summary>
internal sealed class DelayingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener;
    private readonly IPEndPoint _target;
    private readonly TimeProvider _time;
    private readonly Random _random;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly HashSet<DelayingRelay> _relays = [];
    private readonly Task _accepting;
    private TimeSpan _longest;

    /// <param name="host">Where it listens.</param>
    /// <param name="target">Where connections go.</param>
    /// <param name="seed">What the delays follow from.</param>
    /// <param name="time">The clock.</param>
    /// <param name="port">On which port it listens; 0 for one that is free.</param>
    public DelayingProxy(IPAddress host, IPEndPoint target, int seed, TimeProvider time, int port = 0)
    {
        _target = target;
        _time = time;
        _random = new Random(seed);
        _listener = new TcpListener(host, port);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens.</summary>
    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>From now on what is sent arrives up to so much later, in both directions of every connection; zero for no delay.</summary>
    public void Delay(TimeSpan longest)
    {
        lock (_lock)
        {
            _longest = longest;
            foreach (DelayingRelay relay in _relays)
            {
                relay.Delay(longest);
            }
        }
    }

    /// <summary>Breaks all connections, and listens no more.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_stop.IsCancellationRequested)
        {
            return;
        }

        await _stop.CancelAsync();
        _listener.Stop();
        await _accepting;
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var passing = new List<Task>();
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptSocketAsync(_stop.Token);
                passing.RemoveAll(task => task.IsCompleted);
                passing.Add(PassAsync(client));
            }
        }
        catch (OperationCanceledException)
        {
            await Task.WhenAll(passing);
        }
    }

    private async Task PassAsync(Socket client)
    {
        using DelayingRelay relay = Begin(client);
        await relay.RunAsync(_stop.Token);
        lock (_lock)
        {
            _relays.Remove(relay);
        }
    }

    private DelayingRelay Begin(Socket client)
    {
        lock (_lock)
        {
            var relay = new DelayingRelay(client, _target, _random.Next(), _time);
            relay.Delay(_longest);
            _relays.Add(relay);
            return relay;
        }
    }
}
