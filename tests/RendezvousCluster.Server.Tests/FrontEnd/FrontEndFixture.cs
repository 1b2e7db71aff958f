using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.IO.Pipelines;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Protocols.Identify;
using RendezvousCluster.Protocol;
using RendezvousCluster.Server.FrontEnd;
using RendezvousCluster.Server.FrontEnd.Turns;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>
/// The front end over a registry, in memory and on a clock that the test owns. It plays the host: runs the handler, then disposes the
/// stream.
/// </summary>
internal sealed class FrontEndFixture : IDisposable
{
    private readonly MeterFactory _meters = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentBag<Task> _handling = [];
    private readonly CancellationTokenSource _stopping = new();
    private readonly InMemoryRegistry? _ownRegistry;
    private readonly FakePeerConnection _connection;

    public FrontEndFixture(
        IRegistry? registry = null, Action<RendezvousLimits>? limits = null, TestPeer? peer = null,
        Action<FrontEndOptions>? configure = null)
    {
        var options = new FrontEndOptions();
        limits?.Invoke(options.Limits);
        configure?.Invoke(options);
        Registry = registry ?? (_ownRegistry = new InMemoryRegistry(Time));
        Peer = peer ?? new TestPeer();
        _connection = Silent(Peer);
        Gate = new RequestGate(options.Limits.MaxRequestsInFlightPerNode);
        Queue = new PeerCommandQueue(options.Limits.MaxQueuedCommandsPerRegistration);
        Turns = new TurnQueue(options.Limits, processors: 1, Time);
        var metrics = new FrontEndMetrics(_meters, Gate, Turns);
        Refusals = new RecentRefusals(Time);
        var pipeline = new RequestPipeline(
            Registry, options.Limits, Gate, Turns, Queue, metrics, Refusals, Time, NullLogger<RequestPipeline>.Instance);
        var connections = new ConnectionStates(
            options, new IdentifyClient(new Libp2pLimits(), Time), Turns, Time, NullLogger<IdentifyOnDemand>.Instance);
        Handler = new RendezvousStreamHandler(
            pipeline, Turns, connections, options, metrics, Time, NullLogger<RendezvousStreamHandler>.Instance);
        Listen();
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero));

    public IRegistry Registry { get; }

    public TestPeer Peer { get; }

    public RequestGate Gate { get; }

    public RecentRefusals Refusals { get; }

    public TurnQueue Turns { get; }

    public PeerCommandQueue Queue { get; }

    public RendezvousStreamHandler Handler { get; }

    /// <summary>What was counted: instrument and tags, such as <c>rendezvous.server.requests kind=register status=ok</c>.</summary>
    public ConcurrentQueue<string> Counted { get; } = [];

    /// <summary>Waits until something was counted once: a request that waits is counted a moment after it began to.</summary>
    public Task UntilCountedOnceAsync(string count) => Eventually.EqualAsync(1, () => Counted.Count(counted => counted == count));

    /// <summary>A connection to a peer that says nothing of itself: it has no identify.</summary>
    public static FakePeerConnection Silent(TestPeer peer) => new(peer.KeyPair.PublicKey) { RemoteProtocols = [] };

    /// <summary>A stream of the fixture's own connection.</summary>
    public RendezvousDriver OpenStream() => OpenStream(_connection);

    public RendezvousDriver OpenStream(
        FakePeerConnection connection, long windowBytes = 256 * 1024, Func<IDuplexPipe, IDuplexPipe>? cutUp = null)
    {
        InMemoryMuxedStream remote = OpenRaw(connection, windowBytes, cutUp);
        return new RendezvousDriver(remote, () => remote.CloseWriteAsync());
    }

    /// <summary>The remote's end as it is.</summary>
    public InMemoryMuxedStream OpenRaw(
        FakePeerConnection? connection = null, long windowBytes = 256 * 1024, Func<IDuplexPipe, IDuplexPipe>? cutUp = null,
        string protocolId = ProtocolIds.Rendezvous)
    {
        (Libp2pStream local, InMemoryMuxedStream remote) = (connection ?? _connection).ConnectInbound(protocolId, windowBytes);
        Libp2pStream served =
            cutUp is null ? local : new Libp2pStream(local.ProtocolId, local.Connection, new CutUpStream(local, cutUp(local)));
        _handling.Add(HandleAsync(served));
        return remote;
    }

    /// <summary>Ends every stream as a stopping host does, and waits until the handler is through with all of them.</summary>
    public async Task StopAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_handling).Within();
    }

    /// <summary>Waits until every stream opened so far has been served to its end.</summary>
    public async Task AllHandledAsync() => await Task.WhenAll(_handling).Within();

    public void Dispose()
    {
        _stopping.Cancel();
        _stopping.Dispose();
        _listener.Dispose();
        _meters.Dispose();
        _connection.Dispose();
        _ownRegistry?.Dispose();
    }

    private async Task HandleAsync(Libp2pStream stream)
    {
        await using (stream)
        {
            await Handler.HandleAsync(stream, _stopping.Token);
        }
    }

    private void Listen()
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, _meters))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            // A metrics endpoint of another test shows every series of the process, which counts 0 in each.
            if (value != 0)
            {
                Counted.Enqueue(string.Join(' ', [instrument.Name, .. tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}")]));
            }
        });
        _listener.Start();
    }

    private sealed class MeterFactory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public Meter Create(MeterOptions options)
        {
            var meter = new Meter(options.Name, options.Version, options.Tags, scope: this);
            _meters.Add(meter);
            return meter;
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }

    /// <summary>A stream whose input arrives in pieces.</summary>
    private sealed class CutUpStream(Libp2pStream inner, IDuplexPipe cut) : IMuxedStream
    {
        public ulong Id => 0;

        public bool IsOutbound => false;

        public PipeReader Input => cut.Input;

        public PipeReader InputUntilReset => cut.Input;

        public bool HasEnded => inner.HasEnded;

        public PipeWriter Output => cut.Output;

        public ValueTask CloseWriteAsync(CancellationToken cancellationToken = default) => inner.CloseWriteAsync(cancellationToken);

        public void Reset() => inner.Reset();

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
