namespace RendezvousCluster.Protocol.Flavours;

/// <summary>
/// Which flavours a reader is to be shown of a namespace: the first of one to four sets of which the namespace holds anything, and nothing
/// else. A reader of whom it is known what it reads has one set. One that gave no sign has several, in the order of what it most likely
/// reads: a page that mixes them could be refused as a whole, and one that holds nothing would hide a namespace that is not empty. The
/// default is everything.
/// </summary>
public readonly record struct FlavourPreference
{
    private const int BitsPerSet = 4;
    private const int MostSets = 4;

    private FlavourPreference(uint code) => Code = code;

    /// <summary>Everything.</summary>
    public static FlavourPreference All => default;

    /// <summary>The sets in four bits each, the first lowest, as nodes tell them to one another; 0 is <see cref="All"/>.</summary>
    public uint Code { get; }

    /// <summary>Whether what is held makes no difference: there is one set.</summary>
    public bool IsSettled => Code >> BitsPerSet == 0;

    /// <summary>The best set: all that a namespace holds of it is shown, among other flavours too.</summary>
    public RegistrationFlavours First => Code == 0 ? RegistrationFlavours.All : (RegistrationFlavours)(Code & ((1 << BitsPerSet) - 1));

    /// <summary>
    /// The preference for these sets, best first. Those that are empty, or hold nothing that those before them do not, are left out.
    /// </summary>
    public static FlavourPreference Of(params ReadOnlySpan<RegistrationFlavours> sets)
    {
        uint code = 0;
        int count = 0;
        RegistrationFlavours before = RegistrationFlavours.None;
        foreach (RegistrationFlavours each in sets)
        {
            RegistrationFlavours set = each & RegistrationFlavours.All;
            if ((set & ~before) == RegistrationFlavours.None || count == MostSets)
            {
                continue;
            }

            code |= (uint)set << (BitsPerSet * count++);
            before |= set;
        }

        return code == (uint)RegistrationFlavours.All ? All : new FlavourPreference(code);
    }

    /// <summary>Reads <see cref="Code"/> again; of an unknown one what can be understood.</summary>
    public static FlavourPreference FromCode(uint code)
    {
        Span<RegistrationFlavours> sets = stackalloc RegistrationFlavours[MostSets];
        for (int i = 0; i < MostSets; i++)
        {
            sets[i] = (RegistrationFlavours)(code >> (BitsPerSet * i)) & RegistrationFlavours.All;
        }

        return Of(sets);
    }

    /// <summary>
    /// The set to show of a namespace that holds these flavours; none when that depends on what it holds, and it holds nothing of them.
    /// </summary>
    public RegistrationFlavours Choose(RegistrationFlavours held)
    {
        if (IsSettled)
        {
            return First;
        }

        for (uint rest = Code; rest != 0; rest >>= BitsPerSet)
        {
            var set = (RegistrationFlavours)(rest & ((1 << BitsPerSet) - 1));
            if ((set & held) != RegistrationFlavours.None)
            {
                return set;
            }
        }

        return RegistrationFlavours.None;
    }
}
