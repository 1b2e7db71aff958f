namespace RendezvousCluster.Simulation.World;

/// <summary>
/// What the real front end and its asking do between a client and an owner, with the same numbers: one deadline for all copies of a
/// request, tries of a second each, pauses, at most four tries, and the commands of one peer in one namespace one after the other, with
/// deadlines in that order.
/// </summary>
internal sealed class SimulatedFrontEnd(SimulatedCluster cluster, SimulatedNode node)
{
    /// <summary>As RendezvousLimits.RequestTimeout.</summary>
    internal const long RequestTimeout = 5_000;

    /// <summary>As AskPolicy.TryTimeout.</summary>
    internal const long TryTimeout = 1_000;

    /// <summary>As AskPolicy.MaxTries.</summary>
    internal const int MaxTries = 4;

    private const long MinPause = 20;
    private const long MaxPause = 150;

    private readonly Dictionary<int, Queue<FrontEndRequest>> _inside = [];
    private readonly HashSet<FrontEndRequest> _open = [];

    /// <summary>Takes a request from a client.</summary>
    public void Submit(FrontEndRequest request)
    {
        request.Begin(node.Clock.AddMilliseconds(request.Timeout));
        _open.Add(request);
        cluster.Time.After(request.Timeout, node, () => Finish(request, null));
        if (request.OrderKey is { } key)
        {
            if (_inside.TryGetValue(key, out Queue<FrontEndRequest>? waiting))
            {
                waiting.Enqueue(request);
                return;
            }

            _inside.Add(key, new Queue<FrontEndRequest>());
            request.HoldsTurn = true;
        }

        AskOwner(request);
    }

    /// <summary>The node dies: its clients see their connections break, and know nothing.</summary>
    public void Vanish()
    {
        foreach (FrontEndRequest request in _open)
        {
            request.End();
            cluster.Time.After(0, () => request.Tell(null));
        }

        _open.Clear();
        _inside.Clear();
    }

    /// <summary>An answer has arrived. Only the last try is listened to.</summary>
    public void Answered(Ask ask, object? reply)
    {
        FrontEndRequest request = ask.Request;
        if (ask.Generation != node.Generation || request.IsDone || !request.IsAsking || request.Tries != ask.Try)
        {
            return;
        }

        if (reply is null)
        {
            EndTry(request);
        }
        else
        {
            Finish(request, reply);
        }
    }

    private void AskOwner(FrontEndRequest request)
    {
        if (request.IsDone)
        {
            return;
        }

        double left = (request.Deadline - node.Clock).TotalMilliseconds;
        if (request.Tries == MaxTries || left < 0 || (left == 0 && request.Tries > 0))
        {
            Finish(request, null);
            return;
        }

        request.Tries++;
        request.IsAsking = true;
        var ask = new Ask(request, request.Tries, node, node.Generation, request.Command!);
        if (cluster.Route(node, request.Entity) is { } target)
        {
            cluster.Network.Send(node, target, request.Random, () => cluster.Deliver(target, request.Entity, ask));
        }

        cluster.Time.After(left > 0 ? Math.Min((long)left, TryTimeout) : TryTimeout, node, () =>
        {
            if (request.IsAsking && request.Tries == ask.Try)
            {
                EndTry(request);
            }
        });
    }

    private void EndTry(FrontEndRequest request)
    {
        request.IsAsking = false;
        cluster.Time.After(request.Random.Between(MinPause, MaxPause), node, () => AskOwner(request));
    }

    private void Finish(FrontEndRequest request, object? reply)
    {
        if (request.IsDone)
        {
            return;
        }

        request.End();
        _open.Remove(request);
        Leave(request);
        request.Tell(reply);
    }

    // Those whose time ran out while they waited have left already.
    private void Leave(FrontEndRequest request)
    {
        if (request.OrderKey is not { } key || !request.HoldsTurn)
        {
            return;
        }

        Queue<FrontEndRequest> waiting = _inside[key];
        while (waiting.TryDequeue(out FrontEndRequest? next))
        {
            if (!next.IsDone)
            {
                next.HoldsTurn = true;
                next.Follow(request);
                AskOwner(next);
                return;
            }
        }

        _inside.Remove(key);
    }
}
