namespace RendezvousCluster.Core.Quotas;

/// <summary>
/// How many registrations there may be. All three bound what is new: a registration that is there can be refreshed and replaced regardless
/// of the counts. The defaults are pinned by a golden test.
/// </summary>
public sealed class RegistrationLimits
{
    /// <summary>What can be counted at most: more would not fit into one machine's memory by far.</summary>
    internal const int Ceiling = 1_000_000_000;

    /// <summary>The default of <see cref="MaxRegistrationsPerNamespace"/>.</summary>
    internal const int DefaultMaxPerNamespace = 100_000;

    /// <summary>Registrations of one peer over all namespaces, the spec's 1000; beyond it E_NOT_AUTHORIZED.</summary>
    public int MaxRegistrationsPerPeer { get; set; } = 1_000;

    /// <summary>
    /// Registrations in one namespace; beyond it E_UNAVAILABLE. A namespace has one owner, which reads its journal back before it answers:
    /// about a second for this many.
    /// </summary>
    public int MaxRegistrationsPerNamespace { get; set; } = DefaultMaxPerNamespace;

    /// <summary>
    /// Registrations in all; beyond it E_UNAVAILABLE. A million takes 0.6 GB with envelopes of 250 bytes, so the default fits a machine of
    /// 2 GB. It is enforced in 128 equal parts, and the fullest one is full a little before the others. Each has to have room for one
    /// peer's quota, so this is at least 128 times <see cref="MaxRegistrationsPerPeer"/>.
    /// </summary>
    public int MaxRegistrations { get; set; } = 1_000_000;

    /// <summary>What one part of the ledger may hold of <see cref="MaxRegistrations"/>.</summary>
    internal int MaxPerPart => MaxRegistrations / LedgerParts.Count;

    /// <summary>What is wrong with these limits, a sentence each; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var failures = new List<string>();
        Check(failures, MaxRegistrationsPerPeer, 1, Ceiling / LedgerParts.Count, nameof(MaxRegistrationsPerPeer));
        Check(failures, MaxRegistrationsPerNamespace, 1, Ceiling, nameof(MaxRegistrationsPerNamespace));
        Check(failures, MaxRegistrations, 1, Ceiling, nameof(MaxRegistrations));
        if (failures.Count == 0 && MaxPerPart < MaxRegistrationsPerPeer)
        {
            failures.Add(
                $"{nameof(MaxRegistrations)} is {MaxRegistrations}; with {nameof(MaxRegistrationsPerPeer)} at {MaxRegistrationsPerPeer} "
                + $"it must be at least {MaxRegistrationsPerPeer * LedgerParts.Count}.");
        }

        return failures;
    }

    private static void Check(List<string> failures, int value, int least, int most, string name)
    {
        if (value < least || value > most)
        {
            failures.Add($"{name} is {value}; it must be from {least} to {most}.");
        }
    }
}
