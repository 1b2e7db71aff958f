using RendezvousCluster.Protocol.Flavours;

namespace RendezvousCluster.Core.Namespaces;

/// <summary>
/// The registrations of a namespace in ascending order of revision, by flavour: a reader of one flavour is not kept waiting, nor the
/// namespace busy, by the thousands of another that it passes over. Nearly every namespace holds one flavour, and pays for one
/// <see cref="RevisionIndex"/>.
/// </summary>
internal sealed class FlavourIndex
{
    private readonly RevisionIndex?[] _byFlavour = new RevisionIndex?[Enum.GetValues<RegistrationFlavour>().Length];

    /// <summary>Adds the newest registration.</summary>
    /// <exception cref="InvalidOperationException">Its revision is not above all others, of whichever flavour.</exception>
    public void Append(StoredRegistration registration)
    {
        foreach (RevisionIndex? other in _byFlavour)
        {
            other?.RequireFollows(registration);
        }

        (_byFlavour[(int)registration.Flavour] ??= new RevisionIndex()).Append(registration);
    }

    /// <summary>Removes a registration.</summary>
    /// <exception cref="InvalidOperationException">It is not in the index.</exception>
    public void Remove(StoredRegistration registration) =>
        (_byFlavour[(int)registration.Flavour]
            ?? throw new InvalidOperationException($"Revision {registration.Revision} is not in the index."))
        .Remove(registration);

    /// <summary>The flavours of which anything is live.</summary>
    public RegistrationFlavours Held(DateTimeOffset now)
    {
        var held = RegistrationFlavours.None;
        for (int i = 0; i < _byFlavour.Length; i++)
        {
            if (_byFlavour[i]?.After(0).Any(registration => registration.IsLive(now)) is true)
            {
                held |= SetOf(i);
            }
        }

        return held;
    }

    /// <summary>The registrations of some flavours with a higher revision than the given one, ascending.</summary>
    public IEnumerable<StoredRegistration> After(ulong revision, RegistrationFlavours flavours = RegistrationFlavours.All)
    {
        RevisionIndex[] wanted =
        [
            .. _byFlavour.Where((index, flavour) => index is { Count: > 0 } && flavours.HasFlag(SetOf(flavour))).Select(index => index!),
        ];
        return wanted.Length switch
        {
            0 => [],
            1 => wanted[0].After(revision),
            _ => Merge(wanted, revision),
        };
    }

    private static RegistrationFlavours SetOf(int flavour) => (RegistrationFlavours)(1 << flavour);

    private static IEnumerable<StoredRegistration> Merge(RevisionIndex[] indexes, ulong revision)
    {
        IEnumerator<StoredRegistration>?[] next = [.. indexes.Select(index => index.After(revision).GetEnumerator())];
        for (int i = 0; i < next.Length; i++)
        {
            Advance(ref next[i]);
        }

        while (next.Where(each => each is not null).MinBy(each => each!.Current.Revision) is { } first)
        {
            yield return first.Current;
            Advance(ref next[Array.IndexOf(next, first)]);
        }
    }

    private static void Advance(ref IEnumerator<StoredRegistration>? enumerator)
    {
        if (!enumerator!.MoveNext())
        {
            enumerator.Dispose();
            enumerator = null;
        }
    }
}
