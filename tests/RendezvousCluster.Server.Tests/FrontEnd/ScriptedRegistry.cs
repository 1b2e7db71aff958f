using System.Collections.Concurrent;
using System.Threading.Channels;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.Tests.FrontEnd;

/// <summary>
/// A registry that does what the test says, and remembers each request. By default it accepts and finds nothing.
/// </summary>
internal sealed class ScriptedRegistry : IRegistry
{
    private readonly Channel<object> _arrivals = Channel.CreateBounded<object>(100_000);

    public Func<RegisterCommand, CancellationToken, ValueTask<RegisterReply>> OnRegister { get; set; } =
        (command, _) => ValueTask.FromResult(new RegisterReply(RendezvousStatus.Ok, "", command.TtlSeconds));

    public Func<UnregisterCommand, CancellationToken, ValueTask<UnregisterReply>> OnUnregister { get; set; } =
        (_, _) => ValueTask.FromResult(new UnregisterReply(RendezvousStatus.Ok));

    public Func<DiscoverQuery, CancellationToken, ValueTask<DiscoverReply>> OnDiscover { get; set; } =
        (query, _) => ValueTask.FromResult(new DiscoverReply(RendezvousStatus.Ok, "", [], query.AfterRevision));

    public Func<DiscoverAllQuery, CancellationToken, ValueTask<DiscoverAllReply>> OnDiscoverAll { get; set; } =
        (query, _) =>
            ValueTask.FromResult(new DiscoverAllReply(RendezvousStatus.Ok, "", [], query.Position.Begin(DateTimeOffset.UnixEpoch), true));

    public ConcurrentQueue<object> Calls { get; } = [];

    /// <summary>Never answers; gives up when the caller cancels.</summary>
    public static async ValueTask<T> Hang<T>(CancellationToken cancellationToken)
    {
        var never = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using CancellationTokenRegistration registration = cancellationToken.Register(() => never.TrySetCanceled(cancellationToken));
        return await never.Task;
    }

    /// <summary>Waits for the next call to arrive, each call once.</summary>
    public async Task NextCallAsync() => await _arrivals.Reader.ReadAsync().Within();

    public ValueTask<RegisterReply> RegisterAsync(RegisterCommand command, CancellationToken cancellationToken)
    {
        Note(command);
        return OnRegister(command, cancellationToken);
    }

    public ValueTask<UnregisterReply> UnregisterAsync(UnregisterCommand command, CancellationToken cancellationToken)
    {
        Note(command);
        return OnUnregister(command, cancellationToken);
    }

    public ValueTask<DiscoverReply> DiscoverAsync(DiscoverQuery query, CancellationToken cancellationToken)
    {
        Note(query);
        return OnDiscover(query, cancellationToken);
    }

    public ValueTask<DiscoverAllReply> DiscoverAllAsync(DiscoverAllQuery query, CancellationToken cancellationToken)
    {
        Note(query);
        return OnDiscoverAll(query, cancellationToken);
    }

    private void Note(object call)
    {
        Calls.Enqueue(call);
        Assert.True(_arrivals.Writer.TryWrite(call));
    }
}
