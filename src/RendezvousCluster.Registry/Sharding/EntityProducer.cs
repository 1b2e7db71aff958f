using Akka.Actor;

namespace RendezvousCluster.Registry.Sharding;

/// <summary>
/// Makes the actor of an entity by calling its constructor. The toolkit's usual way takes an expression to pieces for each actor and calls
/// the constructor by reflection, and of entities there may be as many as anyone can think of names.
/// </summary>
/// <param name="make">Makes one, each time it is asked.</param>
internal sealed class EntityProducer<TActor>(Func<TActor> make) : IIndirectActorProducer
    where TActor : ActorBase
{
    /// <inheritdoc/>
    public Type ActorType => typeof(TActor);

    /// <summary>What the toolkit makes the actor from.</summary>
    public static Props Props(Func<TActor> make) => Akka.Actor.Props.CreateBy(new EntityProducer<TActor>(make));

    /// <inheritdoc/>
    public ActorBase Produce() => make();

    /// <inheritdoc/>
    public void Release(ActorBase actor)
    {
    }
}
