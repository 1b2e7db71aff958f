using System.IO.Pipelines;
using RendezvousCluster.Libp2p;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Kestrel;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Protocols;
using RendezvousCluster.Libp2p.Records;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Protocol.Codec;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Protocol.Messages;
using RendezvousCluster.Testing.Rendezvous;

namespace RendezvousCluster.Client.Tests.Stubs;

/// <summary>
/// A rendezvous point at a socket of loopback, over real security and muxers, with the habits of another implementation's server.
/// </summary>
internal sealed class StubPoint : IStreamHandler, IAsyncDisposable
{
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    private readonly StubHabits _habits;
    private readonly Libp2pHost _host;

    private StubPoint(StubHabits habits, string listen)
    {
        _habits = habits;
        Registry = new StubRegistry(habits);
        var options = new Libp2pOptions { AgentVersion = habits.Agent, ListenAddresses = { Multiaddr.Parse(listen) } };
        _host = new Libp2pHost(options.UseKestrel(), [this]);
    }

    public StubRegistry Registry { get; }

    public string Address => _host.ListenAddresses[0].WithPeerId(_host.PeerId).ToString();

    public IReadOnlyList<string> ProtocolIds => [_habits.ProtocolId];

    public static async Task<StubPoint> StartAsync(StubHabits habits, string listen = "/ip4/127.0.0.1/tcp/0")
    {
        var point = new StubPoint(habits, listen);
        await point._host.StartAsync();
        return point;
    }

    /// <summary>Somebody else who is registered there, in the form of record that this kind of server holds.</summary>
    public TestPeer AddPeer(string ns)
    {
        var peer = new TestPeer();
        byte[] record = _habits.Flavour switch
        {
            RegistrationFlavour.PeerInfo => peer.OldPeerInfo(),
            RegistrationFlavour.RoutingState => peer.Record(flavour: RecordFlavour.RoutingState),
            _ => peer.Record(),
        };
        Registry.Add(ns, peer.Id, record);
        return peer;
    }

    public async Task HandleAsync(Libp2pStream stream, CancellationToken cancellationToken)
    {
        StubEnding ending = _habits.AnsweredEnding;
        for (int served = 0; served < _habits.RequestsPerStream; served++)
        {
            if (await LengthPrefixedFrame.ReadAsync(stream.Input, 64 * 1024, cancellationToken) is not { } frame)
            {
                break;
            }

            Assert.True(RendezvousMessageCodec.TryDecode(frame, out RendezvousMessage? request));
            ending = request is UnregisterRequest ? _habits.UnregisterEnding : _habits.AnsweredEnding;
            if (Registry.Serve(request, stream.Connection.RemotePeer) is { } answer)
            {
                await DeliverAsync(stream.Output, answer, cancellationToken);
            }
        }

        await EndAsync(stream, ending, cancellationToken);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    private async Task DeliverAsync(PipeWriter output, byte[] answer, CancellationToken cancellationToken)
    {
        switch (_habits.Delivery)
        {
            case StubDelivery.ByteWise:
                foreach (byte one in answer)
                {
                    await output.WriteAsync(new[] { one }, cancellationToken);
                }

                break;
            case StubDelivery.WithTheEnd:
                answer.CopyTo(output.GetSpan(answer.Length));
                output.Advance(answer.Length);
                break;
            case StubDelivery.Delayed:
                using (var lateness = new PeriodicTimer(Delay))
                {
                    await lateness.WaitForNextTickAsync(cancellationToken);
                }

                await output.WriteAsync(answer, cancellationToken);
                break;
            default:
                await output.WriteAsync(answer, cancellationToken);
                break;
        }
    }

    private static async Task EndAsync(Libp2pStream stream, StubEnding ending, CancellationToken cancellationToken)
    {
        switch (ending)
        {
            case StubEnding.Reset:
                stream.Reset();
                break;
            case StubEnding.LeaveOpen:
                await new TaskCompletionSource().Task.WaitAsync(cancellationToken);
                break;
            case StubEnding.CloseAndDrop:
                await stream.CloseWriteAsync(cancellationToken);
                break; // the host disposes it, which resets it unless the client has closed its side already
            default:
                await stream.CloseWriteAsync(cancellationToken);
                while (!(await stream.Input.ReadAsync(cancellationToken) is var rest && Advance(stream.Input, rest)))
                {
                    continue;
                }

                break;
        }
    }

    private static bool Advance(PipeReader input, in ReadResult rest)
    {
        input.AdvanceTo(rest.Buffer.End);
        return rest.IsCompleted;
    }
}
