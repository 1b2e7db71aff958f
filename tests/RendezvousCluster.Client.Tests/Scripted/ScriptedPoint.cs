using System.Collections.Concurrent;
using System.IO.Pipelines;
using RendezvousCluster.Client.Points;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Transports;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Scripted;

/// <summary>
/// A rendezvous point in memory that does what a test says: by default it keeps registrations as a good one does, in <see cref="Store"/>.
/// </summary>
internal sealed class ScriptedPoint
{
    private readonly ConcurrentDictionary<ScriptedConnection, bool> _connections = new();
    private int _dials;
    private int _requestsUnderWay;

    public ScriptedPoint(TimeProvider timeProvider, string host = "198.51.100.1")
    {
        Store = new ScriptedStore(timeProvider);
        Address = $"/ip4/{host}/tcp/8000/p2p/{Peer.Id}";
        Point = RendezvousPoint.ParseAll([Address])[0];
    }

    public TestPeer Peer { get; } = new();

    public string Address { get; }

    public RendezvousPoint Point { get; }

    public ScriptedStore Store { get; }

    /// <summary>Nobody answers there.</summary>
    public bool IsDown { get; set; }

    /// <summary>It takes connections, and no streams.</summary>
    public bool GoesAwayAtOnce { get; set; }

    public IReadOnlyCollection<string> ProtocolIds { get; set; } = [Protocol.ProtocolIds.Rendezvous];

    /// <summary>What it calls itself in identify; null when it does not speak that.</summary>
    public string? AgentVersion { get; set; }

    /// <summary>How often it was asked who it is.</summary>
    public int Identified { get; private set; }

    /// <summary>Answers instead of the store: a message, or null to go on to the store.</summary>
    public Func<RendezvousMessage, RendezvousMessage?>? Answer { get; set; }

    /// <summary>Serves a stream instead of reading a request at all.</summary>
    public Func<InMemoryMuxedStream, Task>? Serve { get; set; }

    /// <summary>Every request, in order of arrival.</summary>
    public ConcurrentQueue<RendezvousMessage> Requests { get; } = [];

    /// <summary>Whether <see cref="Requests"/> fills.</summary>
    public bool KeepsRequests { get; set; } = true;

    public int Dials => Volatile.Read(ref _dials);

    /// <summary>Connections open now.</summary>
    public int OpenConnections => _connections.Keys.Count(connection => !connection.Closed.IsCancellationRequested);

    /// <summary>The most requests that were under way at once.</summary>
    public int MostRequestsAtOnce { get; private set; }

    public IEnumerable<T> Received<T>()
        where T : RendezvousMessage => Requests.OfType<T>();

    public ScriptedConnection Connect(PeerId client)
    {
        Interlocked.Increment(ref _dials);
        if (IsDown)
        {
            throw new TransportException("The scripted point is down.");
        }

        var connection = new ScriptedConnection(this, client) { IsGoingAway = GoesAwayAtOnce };
        _connections[connection] = true;
        return connection;
    }

    /// <summary>Takes no further streams on the connections that there are.</summary>
    public void GoAway()
    {
        foreach (ScriptedConnection connection in _connections.Keys)
        {
            connection.IsGoingAway = true;
        }
    }

    /// <summary>Ends every connection, as the death of the process does.</summary>
    public async Task CutAsync()
    {
        foreach (ScriptedConnection connection in _connections.Keys)
        {
            _connections.TryRemove(connection, out _);
            await connection.CloseAsync();
        }
    }

    public async Task ServeAsync(InMemoryMuxedStream stream, ScriptedConnection connection)
    {
        if (Serve is not null)
        {
            await Serve(stream);
            return;
        }

        byte[]? frame = await LengthPrefixedFrame.ReadAsync(stream.Input, 64 * 1024, CancellationToken.None);
        if (frame is null || !RendezvousMessageCodec.TryDecode(frame, out RendezvousMessage? request))
        {
            stream.Reset();
            return;
        }

        int underWay = Interlocked.Increment(ref _requestsUnderWay);
        lock (_connections)
        {
            MostRequestsAtOnce = Math.Max(MostRequestsAtOnce, underWay);
        }

        if (KeepsRequests)
        {
            Requests.Enqueue(request);
        }

        RendezvousMessage? answer = Answer?.Invoke(request) ?? Store.Serve(request, connection.Client);
        Interlocked.Decrement(ref _requestsUnderWay);
        if (answer is not null)
        {
            await RendezvousFrameWriter.WriteAsync(stream.Output, answer, CancellationToken.None);
        }

        await EndAsync(stream);
    }

    public async Task IdentifyAsync(InMemoryMuxedStream stream)
    {
        Identified++;
        await stream.Output.WriteAsync(new ProtobufBytes().Bytes(1, Peer.KeyPair.PublicKey.Encoded.Span).Text(6, AgentVersion!).Framed());
        await EndAsync(stream);
    }

    /// <summary>Answers every request of a kind with a status.</summary>
    public void Refuse(RendezvousStatus status, string text = "no") => Answer = request => request switch
    {
        RegisterRequest => new RegisterResponse(status, text, 0),
        DiscoverRequest => new DiscoverResponse(status, text, [], default),
        _ => null,
    };

    private static async Task EndAsync(InMemoryMuxedStream stream)
    {
        await stream.CloseWriteAsync();
        ReadResult rest;
        do
        {
            rest = await stream.Input.ReadAsync(); // to the client's close: to dispose before it would reset what it has not read
            stream.Input.AdvanceTo(rest.Buffer.End);
        }
        while (!rest.IsCompleted);
    }
}
