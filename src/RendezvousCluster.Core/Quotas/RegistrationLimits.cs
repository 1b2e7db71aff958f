namespace RendezvousCluster.Core.Quotas;

/// <summary>
/// How many registrations there may be. All bound what is new: a registration that is there can be refreshed and replaced regardless of the
/// counts, though not by a larger one where the bytes are used up. The defaults are pinned by a golden test.
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
    /// Registrations in all; beyond it E_UNAVAILABLE. A million of usual ones, with envelopes of 250 bytes, take 0.6 GB of memory. It is
    /// enforced in 128 equal parts, and the fullest one is full a little before the others. Each has to have room for one peer's quota, so
    /// this is at least 128 times <see cref="MaxRegistrationsPerPeer"/>.
    /// </summary>
    public int MaxRegistrations { get; set; } = 1_000_000;

    /// <summary>
    /// Bytes of all registrations' envelopes and names, each counted as a KiB at least; beyond it E_UNAVAILABLE. Null, the default: a KiB
    /// for each of <see cref="MaxRegistrations"/>, so that usual registrations never reach it and four times larger ones cannot take four
    /// times the memory. Enforced in the same 128 parts.
    /// </summary>
    public long? MaxRegistrationBytes { get; set; }

    /// <summary>
    /// From how full on, in percent of <see cref="MaxRegistrations"/> or <see cref="MaxRegistrationBytes"/>, a subnet is held to its share.
    /// Up to there those that come first take room, so a point all of whose peers live in one subnet holds that much of its limits. At 100
    /// subnets are never held to a share.
    /// </summary>
    public int SubnetShareAbovePercent { get; set; } = 50;

    /// <summary>
    /// How much of the room that is <i>left</i> one subnet may hold, in percent; more is refused with E_UNAVAILABLE, save for refreshes.
    /// At 6 ten subnets that take all they get leave more than half of the point free for others, a hundred a seventh.
    /// </summary>
    public int SubnetSharePercent { get; set; } = 6;

    /// <summary><see cref="MaxRegistrationBytes"/>, or what stands for it.</summary>
    internal long EffectiveMaxRegistrationBytes => MaxRegistrationBytes ?? (long)MaxRegistrations * PlaceCharge.LeastBytes;

    /// <summary>What one of so many parts of the ledger bounds.</summary>
    internal LedgerPartLimits PartOf(int parts) => new(MaxRegistrationsPerPeer, MaxRegistrations / parts)
    {
        MaxBytes = EffectiveMaxRegistrationBytes / parts,
        Share = new SubnetShare(SubnetShareAbovePercent, SubnetSharePercent),
    };

    /// <summary>What is wrong with these limits, a sentence each; empty when they can be used.</summary>
    public IReadOnlyList<string> Validate()
    {
        var failures = new List<string>();
        Check(failures, MaxRegistrationsPerPeer, 1, Ceiling / LedgerParts.Count, nameof(MaxRegistrationsPerPeer));
        Check(failures, MaxRegistrationsPerNamespace, 1, Ceiling, nameof(MaxRegistrationsPerNamespace));
        Check(failures, MaxRegistrations, 1, Ceiling, nameof(MaxRegistrations));
        Check(failures, SubnetShareAbovePercent, 0, 100, nameof(SubnetShareAbovePercent));
        Check(failures, SubnetSharePercent, 1, 100, nameof(SubnetSharePercent));
        if (failures.Count == 0 && MaxRegistrations / LedgerParts.Count < MaxRegistrationsPerPeer)
        {
            failures.Add(
                $"{nameof(MaxRegistrations)} is {MaxRegistrations}; with {nameof(MaxRegistrationsPerPeer)} at {MaxRegistrationsPerPeer} "
                + $"it must be at least {MaxRegistrationsPerPeer * LedgerParts.Count}.");
        }

        long leastBytes = (long)MaxRegistrationsPerPeer * LedgerParts.Count * PlaceCharge.LeastBytes;
        if (failures.Count == 0 && EffectiveMaxRegistrationBytes < leastBytes)
        {
            failures.Add(
                $"{nameof(MaxRegistrationBytes)} is {MaxRegistrationBytes}; with {nameof(MaxRegistrationsPerPeer)} at "
                + $"{MaxRegistrationsPerPeer} it must be at least {leastBytes}.");
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
