namespace RendezvousCluster.Simulation.World;

/// <summary>A client's request on its way through a front end.</summary>
/// <param name="what">What it is, for people.</param>
/// <param name="entity">Whose owner is asked: the number of a namespace, or of a part of the directory.</param>
/// <param name="orderKey">Whose commands it must not overtake; null for reads.</param>
/// <param name="toCommand">Makes the command, given the deadline.</param>
/// <param name="random">Where the fate of its messages comes from.</param>
/// <param name="completed">Is given the reply; null when none came in time, or the front end died.</param>
internal sealed class FrontEndRequest(
    string what, int entity, int? orderKey, Func<DateTimeOffset, object> toCommand, SeededSequence random, Action<object?> completed)
{
    public string What => what;

    public int Entity => entity;

    public int? OrderKey => orderKey;

    public SeededSequence Random => random;

    /// <summary>How long the caller waits.</summary>
    public long Timeout { get; init; } = SimulatedFrontEnd.RequestTimeout;

    public object? Command { get; private set; }

    public DateTimeOffset Deadline { get; private set; }

    /// <summary>Whether others wait for it to be done.</summary>
    public bool HoldsTurn { get; set; }

    /// <summary>How often it has been asked.</summary>
    public int Tries { get; set; }

    /// <summary>Whether the last try may still be answered.</summary>
    public bool IsAsking { get; set; }

    /// <summary>Whether the client has its answer.</summary>
    public bool IsDone { get; private set; }

    /// <summary>All its copies carry the same deadline.</summary>
    public void Begin(DateTimeOffset deadline)
    {
        Deadline = deadline;
        Command = toCommand(deadline);
    }

    /// <summary>It has waited for another one, and is the later of the two: as PeerCommandQueue.DeadlineInTurn.</summary>
    public void Follow(FrontEndRequest other)
    {
        DateTimeOffset least = other.Deadline.AddMilliseconds(1);
        Begin(Deadline > least ? Deadline : least);
    }

    /// <summary>The front end is done with it, and will tell the client.</summary>
    public void End()
    {
        IsDone = true;
        IsAsking = false;
    }

    /// <summary>Tells the client.</summary>
    public void Tell(object? reply) => completed(reply);
}
