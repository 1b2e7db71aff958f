namespace RendezvousCluster.Registry;

/// <summary>Says when the registry serves. A server waits for it before it tells anyone its addresses.</summary>
public interface IRegistryReadiness
{
    /// <summary>Whether the last look found the registry serving.</summary>
    bool IsReady { get; }

    /// <summary>
    /// All that speaks against readiness now, and all that an operator should know; the causes of others come first. A finding that follows
    /// from another is not among them.
    /// </summary>
    IReadOnlyList<ReadinessFinding> Findings { get; }

    /// <summary>
    /// Why it is not ready now, in one line for an operator, without secrets and without a full stop; null when it is ready.
    /// </summary>
    string? WhyNotReady { get; }

    /// <summary>What an operator should know of a node that is ready all the same, in one line; null when there is nothing.</summary>
    string? Remark { get; }

    /// <summary>Completes when this node has joined, its shard region is placed and the journal has answered.</summary>
    /// <exception cref="RegistryStartException">The registry failed to start.</exception>
    Task WaitUntilReadyAsync(CancellationToken cancellationToken);
}
