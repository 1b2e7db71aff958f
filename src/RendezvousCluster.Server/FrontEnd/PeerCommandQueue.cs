using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Protocol;

namespace RendezvousCluster.Server.FrontEnd;

// Request path, step 10: order the commands of one peer.
/// <summary>What <see cref="PeerCommandQueue"/> puts in order: one peer in one namespace; null stands for "all of mine".</summary>
internal readonly record struct CommandKey(PeerId Peer, RendezvousNamespace? Namespace);

/// <summary>
/// Lets the commands of one peer in one namespace through one at a time, over all its connections and streams at this node, first come
/// first served. A command may be tried several times before it is answered; without the queue a late try of an older one could overtake
/// a newer, and the peer would end up with the registration that it replaced. The queue of a key is bounded. Keys without commands take
/// no memory, and a peer that awaits its answers never waits here.
/// <para>
/// Owners tell a late copy of an older command by its deadline. Commands that came in the same millisecond would have the same one, so each
/// that waited for another gets a later one (<see cref="DeadlineInTurn"/>).
/// </para>
/// </summary>
internal sealed class PeerCommandQueue(int maxWaitingPerKey)
{
    // Deadlines this close count as equal.
    private static readonly TimeSpan DeadlineResolution = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();

    // A key is present while a command of it is inside.
    private readonly Dictionary<CommandKey, Line> _inside = [];

    /// <summary>How many keys have a command inside.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _inside.Count;
            }
        }
    }

    /// <summary>Waits for the turn; false when too many wait already. Each success is paired with one <see cref="Leave"/>.</summary>
    /// <exception cref="OperationCanceledException">The turn did not come in time; nothing is to be left.</exception>
    public ValueTask<bool> EnterAsync(CommandKey key, CancellationToken cancellationToken)
    {
        LinkedListNode<TaskCompletionSource> turn;
        lock (_lock)
        {
            if (!_inside.TryGetValue(key, out Line line))
            {
                _inside.Add(key, default);
                return ValueTask.FromResult(true);
            }

            if ((line.Waiting?.Count ?? 0) >= maxWaitingPerKey)
            {
                return ValueTask.FromResult(false);
            }

            LinkedList<TaskCompletionSource> waiting = line.Waiting ?? new LinkedList<TaskCompletionSource>();
            _inside[key] = line with { Waiting = waiting };
            turn = waiting.AddLast(new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        return WaitAsync(turn, cancellationToken);
    }

    /// <summary>
    /// The deadline that the command whose turn it is carries to its owner: its own, or a moment after that of the command that it waited
    /// for.
    /// </summary>
    /// <param name="key">Whose turn it is.</param>
    /// <param name="deadline">The command's own deadline.</param>
    public DateTimeOffset DeadlineInTurn(CommandKey key, DateTimeOffset deadline)
    {
        lock (_lock)
        {
            Line line = _inside[key];
            DateTimeOffset least = line.LastDeadline + DeadlineResolution;
            DateTimeOffset later = deadline > least ? deadline : least;
            _inside[key] = line with { LastDeadline = later };
            return later;
        }
    }

    /// <summary>Ends a turn and begins the next one of the key.</summary>
    public void Leave(CommandKey key)
    {
        lock (_lock)
        {
            LinkedList<TaskCompletionSource>? waiting = _inside[key].Waiting;
            while (waiting?.First is { } next)
            {
                waiting.RemoveFirst();
                if (next.Value.TrySetResult())
                {
                    return;
                }
            }

            _inside.Remove(key);
        }
    }

    private async ValueTask<bool> WaitAsync(LinkedListNode<TaskCompletionSource> turn, CancellationToken cancellationToken)
    {
        await using (cancellationToken.UnsafeRegister(
            static (state, token) => ((TaskCompletionSource)state!).TrySetCanceled(token), turn.Value))
        {
            try
            {
                await turn.Value.Task.ConfigureAwait(false);
                return true;
            }
            catch (OperationCanceledException)
            {
                lock (_lock)
                {
                    turn.List?.Remove(turn);
                }

                throw;
            }
        }
    }

    /// <summary>The command inside and those behind it.</summary>
    /// <param name="LastDeadline">The deadline of the last one inside.</param>
    /// <param name="Waiting">Those behind it; made when first needed.</param>
    private readonly record struct Line(DateTimeOffset LastDeadline, LinkedList<TaskCompletionSource>? Waiting);
}
