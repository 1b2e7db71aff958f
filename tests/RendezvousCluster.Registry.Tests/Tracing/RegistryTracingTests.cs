using System.Diagnostics;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Protocol.Flavours;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Registry.Tracing;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;
using RendezvousCluster.Testing.Traces;

namespace RendezvousCluster.Registry.Tests.Tracing;

/// <summary>A trace through one node, from the question to the commit.</summary>
public sealed class RegistryTracingTests : IAsyncLifetime, IDisposable
{
    private static readonly RendezvousNamespace Chat = RendezvousNamespace.Parse("chat");

    private readonly TestTrace _traces = new();
    private RegistryNode? _node;

    private static DateTimeOffset Deadline => TimeProvider.System.GetUtcNow() + TestTimeouts.Default;

    public async Task InitializeAsync() =>
        _node = await RegistryNode.StartAsync(TimeProvider.System, options => options.EnableMemoryDatabase = true);

    public async Task DisposeAsync()
    {
        if (_node is not null)
        {
            await _node.DisposeAsync();
        }
    }

    public void Dispose() => _traces.Dispose();

    [Fact]
    public async Task A_register_asks_the_ledger_and_then_the_namespace_which_commits()
    {
        using Activity request = _traces.Begin();
        await RegisterAsync(1);

        await Eventually.EqualAsync(3, () => _traces.Of(request.TraceId).Count);
        Activity[] asks = [.. _traces.Of(request.TraceId).Where(activity => activity.OperationName == RegistryTracing.AskName)];
        Assert.All(asks, ask => Assert.Equal(request.SpanId, ask.ParentSpanId));
        Assert.All(asks, ask => Assert.Equal(ActivityStatusCode.Ok, ask.Status));
        Assert.All(asks, ask => Assert.InRange((int)ask.GetTagItem(RegistryTracing.TriesTag)!, 1, AskPolicy.MaxTries));
        Assert.Equal(["ledger", EntityIds.For(Chat)], asks.Select(ask => ask.GetTagItem(RegistryTracing.EntityTag)));

        Activity commit = Assert.Single(_traces.Of(request.TraceId), activity => activity.OperationName == RegistryTracing.CommitName);
        Assert.Equal(asks[1].SpanId, commit.ParentSpanId);
        Assert.Equal(EntityIds.For(Chat), commit.GetTagItem(RegistryTracing.EntityTag));
    }

    [Fact]
    public async Task A_request_that_writes_nothing_has_no_commit_span()
    {
        await RegisterAsync(1);
        using Activity request = _traces.Begin();

        await _node!.Registry.UnregisterAsync(new UnregisterCommand(Chat, TestPeers.Id(2), Deadline), CancellationToken.None).AsTask()
            .Within();
        await _node.Registry.DiscoverAsync(new DiscoverQuery(Chat, 0, 10, 1024, Deadline), CancellationToken.None).AsTask().Within();
        await RegisterAsync(3); // behind which a commit of the others would have been seen

        await Eventually.EqualAsync(
            1, () => _traces.Of(request.TraceId).Count(activity => activity.OperationName == RegistryTracing.CommitName));
    }

    [Fact]
    public void A_question_without_a_request_is_not_traced()
    {
        Activity.Current = null;
        var command = NamespaceCommand.For(new DiscoverQuery(Chat, 0, 10, 1024, Deadline));
        object question = command;

        Assert.Null(RegistryTracing.BeginAsk(ref question));
        Assert.Same(command, question);
    }

    private async Task RegisterAsync(int peer)
    {
        RegisterReply reply = await _node!.Registry.RegisterAsync(
            new RegisterCommand(Chat, TestPeers.Id(peer), TestPeers.Envelope(peer), RegistrationFlavour.Standard, 1, 7200, Deadline),
            CancellationToken.None).AsTask().Within();
        Assert.Equal(RendezvousStatus.Ok, reply.Status);
    }
}
