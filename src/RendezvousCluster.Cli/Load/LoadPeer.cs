using System.Text;
using RendezvousCluster.Cli.Points;
using RendezvousCluster.Client;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Messages;

namespace RendezvousCluster.Cli.Load;

/// <summary>
/// One peer of a load run: an identity, a connection, and one request after another. It goes straight to the wire: the client library's
/// refreshes, retries and checks would be measured too.
/// </summary>
internal sealed partial class LoadPeer : IAsyncDisposable
{
    private const int MaxResponseBytes = 4 * 1024 * 1024;

    private static readonly TimeSpan EndTimeout = TimeSpan.FromMilliseconds(500);

    private static readonly Multiaddr[] Addresses =
        [Multiaddr.Parse("/ip4/192.0.2.1/tcp/4001"), Multiaddr.Parse("/ip4/192.0.2.1/tcp/4002/ws")];
    private static readonly IReadOnlyList<string> Protocols = ProtocolIds.Default;

    private readonly Libp2pHost _host = new(new Libp2pOptions { AgentVersion = "rendezvous-load" }, []);
    private readonly byte[] _envelope;
    private RendezvousPoint? _point;
    private IPeerConnection? _connection;
    private Libp2pStream? _stream;
    private bool _keepsStream;

    public LoadPeer(bool streamPerRequest, RecordFlavour flavour)
    {
        _keepsStream = !streamPerRequest;
        _envelope = SignedPeerRecord.Seal(_host.Identity, new PeerRecord(_host.PeerId, 1, Addresses), flavour).Envelope.ToArray();
    }

    /// <summary>Connects; a connection that is lost later is made anew by the next request.</summary>
    public async Task ConnectAsync(RendezvousPoint point, CancellationToken cancellationToken)
    {
        _point = point;
        _stream = null;
        _connection = await PointDialler.DialAsync(_host, point, cancellationToken);
    }

    /// <summary>Registers.</summary>
    /// <exception cref="LoadRefusedException">The point said no.</exception>
    public async Task RegisterAsync(string ns, ulong ttlSeconds, CancellationToken cancellationToken)
    {
        var answer =
            await AskAsync<RegisterResponse>(new RegisterRequest(Encoding.UTF8.GetBytes(ns), _envelope, ttlSeconds), cancellationToken);
        LoadRefusedException.ThrowUnlessOk(answer.Status);
    }

    /// <summary>Discovers one page; answers how many it holds, and the cookie.</summary>
    /// <exception cref="LoadRefusedException">The point said no.</exception>
    public async Task<(int Found, ReadOnlyMemory<byte> Cookie)> DiscoverAsync(
        string ns, int limit, ReadOnlyMemory<byte> cookie, CancellationToken cancellationToken)
    {
        var answer =
            await AskAsync<DiscoverResponse>(new DiscoverRequest(Encoding.UTF8.GetBytes(ns), (ulong)limit, cookie), cancellationToken);
        LoadRefusedException.ThrowUnlessOk(answer.Status);
        return (answer.Registrations.Count, answer.Cookie);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task<T> AskAsync<T>(RendezvousMessage request, CancellationToken cancellationToken)
        where T : RendezvousMessage
    {
        if (_connection!.Closed.IsCancellationRequested)
        {
            await ConnectAsync(_point!, cancellationToken);
        }

        T? answer = null;
        if (_stream is { } kept)
        {
            answer = await TryAskOnAsync<T>(kept, request, cancellationToken);
            _keepsStream = answer is not null; // rust's and nim's points serve one request on a stream
        }

        return answer
            ?? await TryAskOnAsync<T>(await _connection.OpenStreamAsync(Protocols, cancellationToken), request, cancellationToken)
            ?? throw new InvalidFrameException("The point ended the stream without an answer.");
    }

    /// <summary>Null: the point ended the stream instead of answering.</summary>
    private async Task<T?> TryAskOnAsync<T>(Libp2pStream stream, RendezvousMessage request, CancellationToken cancellationToken)
        where T : RendezvousMessage
    {
        _stream = null; // the next request begins with a good one in any case
        try
        {
            T? answer = await TryExchangeAsync<T>(stream, request, cancellationToken);
            if (answer is not null && _keepsStream)
            {
                _stream = stream;
                return answer;
            }

            await EndAsync(stream, cancellationToken);
            return answer;
        }
        catch
        {
            stream.Reset();
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async Task<T?> TryExchangeAsync<T>(Libp2pStream stream, RendezvousMessage request, CancellationToken cancellationToken)
        where T : RendezvousMessage
    {
        _ = await TrySendAsync(stream, request, cancellationToken);
        try
        {
            byte[]? frame = await LengthPrefixedFrame.ReadAsync(stream.Input, MaxResponseBytes, cancellationToken);
            return frame is null ? null
                : RendezvousMessageCodec.TryDecode(frame, out RendezvousMessage? message) && message is T expected ? expected
                : throw new InvalidFrameException("The point answered with something else.");
        }
        catch (MuxerStreamException exception) when (exception.Reason == StreamEndReason.ResetByRemote)
        {
            return null;
        }
    }

    // False after a reset; what the point sent before that may be the answer all the same.
    private static async Task<bool> TrySendAsync(Libp2pStream stream, RendezvousMessage request, CancellationToken cancellationToken)
    {
        try
        {
            await RendezvousFrameWriter.WriteAsync(stream.Output, request, cancellationToken);
            return true;
        }
        catch (MuxerStreamException exception) when (exception.Reason == StreamEndReason.ResetByRemote)
        {
            return false;
        }
    }

    // Half-closed only now: Go's points reset a stream as soon as it is. The others close too, so that the stream ends without a reset, if
    // they do it soon. However it ends, the answer counts.
    private static async Task EndAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(EndTimeout);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        await using (stream)
        {
            try
            {
                await stream.CloseWriteAsync(either.Token);
                while (await stream.Input.ReadAsync(either.Token) is var rest)
                {
                    stream.Input.AdvanceTo(rest.Buffer.End);
                    if (rest.IsCompleted)
                    {
                        return;
                    }
                }
            }
            catch (Exception exception) when (exception is MuxerStreamException or OperationCanceledException)
            {
                return;
            }
        }
    }
}
