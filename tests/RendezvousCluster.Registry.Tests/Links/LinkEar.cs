using System.Threading.Channels;
using Akka.Remote.Transport;
using Google.Protobuf;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests.Links;

/// <summary>One end of a link, and what is heard there, in order. Listens as soon as it is made, or when the test says so.</summary>
internal sealed class LinkEar : IHandleEventListener
{
    private readonly Channel<IHandleEvent> _heard = Channel.CreateBounded<IHandleEvent>(100_000);

    public LinkEar(AssociationHandle handle, bool listens = true)
    {
        Handle = handle;
        if (listens)
        {
            Listen();
        }
    }

    public AssociationHandle Handle { get; }

    public void Listen() => Handle.ReadHandlerSource.SetResult(this);

    /// <summary>The next message.</summary>
    public async Task<ByteString> HearAsync() => Assert.IsType<InboundPayload>(await _heard.Reader.ReadAsync().Within()).Payload;

    /// <summary>The end, with nothing before it and nothing behind it.</summary>
    public async Task HearEndAsync()
    {
        Assert.IsType<Disassociated>(await _heard.Reader.ReadAsync().Within());
        Assert.False(_heard.Reader.TryRead(out _));
    }

#pragma warning disable CS0618 // as the toolkit ends it
    public void End() => Handle.Disassociate();
#pragma warning restore CS0618

    public void Notify(IHandleEvent ev) => Assert.True(_heard.Writer.TryWrite(ev));
}
