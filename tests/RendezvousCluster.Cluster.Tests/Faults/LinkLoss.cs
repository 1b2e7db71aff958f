using System.Runtime.CompilerServices;
using Akka.Actor;

namespace RendezvousCluster.Cluster.Tests.Faults;

/// <summary>How often the transport of an actor system forgets a message that it was given. Safe for use from several threads.</summary>
internal sealed class LinkLoss
{
    private static readonly ConditionalWeakTable<ActorSystem, LinkLoss> BySystem = [];

    private readonly Lock _lock = new();
    private Random _random = new(0);
    private double _share;

    public static LinkLoss Of(ActorSystem system) => BySystem.GetValue(system, _ => new LinkLoss());

    /// <summary>From now on it forgets this share of its messages, from 0 to 1.</summary>
    /// <param name="share">The share.</param>
    /// <param name="seed">Which of them follows from this.</param>
    public void Set(double share, int seed = 0)
    {
        lock (_lock)
        {
            _share = share;
            _random = new Random(seed);
        }
    }

    /// <summary>Whether the next message is forgotten.</summary>
    public bool Next()
    {
        lock (_lock)
        {
            return _share > 0 && _random.NextDouble() < _share;
        }
    }
}
