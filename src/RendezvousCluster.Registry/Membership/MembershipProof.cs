using Akka.Actor;
using Akka.DistributedData;

namespace RendezvousCluster.Registry.Membership;

/// <summary>
/// Finds out whether all members of the cluster still take this process for one of them: until then no shard of it lives elsewhere. A
/// part of the ledger is in memory alone and has no journal that would say so.
/// </summary>
/// <remarks>
/// It reads a replicated value that nobody ever writes, from all members. Messages of replicators pass only between members
/// (<see cref="ActorPort.PeerNode"/>), so a node that has put this one out does not answer. Nor does one that is dead, and not put out
/// yet: for those seconds nothing is proved. Callers that come while a question is under way share the next one.
/// </remarks>
/// <param name="replicator">The replicator of the shards.</param>
internal sealed class MembershipProof(ICanTell replicator)
{
    /// <summary>A little less than a try to ask an entity takes, so that its caller hears of a failure.</summary>
    internal static readonly TimeSpan Timeout = 0.8 * AskPolicy.TryTimeout;

    private static readonly ORSetKey<string> Nothing = new("membership-proof");

    private readonly Lock _lock = new();
    private Task<bool> _running = Task.FromResult(false);
    private Task<bool>? _next;

    /// <summary>Whether there is a moment, from now on, at which every other member took this node for one.</summary>
    public Task<bool> ProveAsync()
    {
        lock (_lock)
        {
            return _running.IsCompleted ? _running = AskAsync() : _next ??= AskNextAsync(_running);
        }
    }

    private async Task<bool> AskNextAsync(Task<bool> before)
    {
        await before.ConfigureAwait(false);
        Task<bool> running;
        lock (_lock)
        {
            (running, _next) = (AskAsync(), null);
            _running = running;
        }

        return await running.ConfigureAwait(false);
    }

    private async Task<bool> AskAsync()
    {
        try
        {
            object answer = await replicator.Ask<object>(Dsl.Get(Nothing, new ReadAll(Timeout)), Timeout).ConfigureAwait(false);
            return answer is NotFound or GetSuccess;
        }
        catch (AskTimeoutException)
        {
            return false;
        }
    }
}
