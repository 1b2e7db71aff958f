namespace RendezvousCluster.Core.Ownership;

/// <summary>
/// All that an owner knew when its write failed, for its successor. The journal is the truth, unless it ends before this: then the database
/// has lost what this says.
/// </summary>
/// <param name="Sequence">The last event that was committed, as far as the owner knew.</param>
/// <param name="Take">Takes the state as it was.</param>
internal sealed record KeptMemory<TSnapshot>(long Sequence, Func<TSnapshot> Take);
