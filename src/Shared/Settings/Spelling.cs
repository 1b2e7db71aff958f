namespace RendezvousCluster.Settings;

/// <summary>Finds the known word that a misspelt one may stand for.</summary>
internal static class Spelling
{
    // A longer word is not one of ours misspelt, and the time to compare grows with the length.
    private const int MaxLength = 100;

    /// <summary>The known word that is most like another; null when none is like it.</summary>
    public static string? Nearest(string word, IEnumerable<string> known) => word.Length > MaxLength ? null : (
        from candidate in known
        let isPart = IsPart(word, candidate) || IsPart(candidate, word)
        let slips = Slips(word, candidate)
        where isPart || slips <= Math.Max(2, word.Length / 3)
        orderby isPart ? 0 : slips, slips
        select candidate).FirstOrDefault();

    /// <summary>
    /// Letters to add, to leave out or to change until one word is the other, regardless of case: Levenshtein's distance.
    /// </summary>
    public static int Slips(string one, string other)
    {
        (one, other) = (one.ToUpperInvariant(), other.ToUpperInvariant());
        int[] row = [.. Enumerable.Range(0, other.Length + 1)];
        for (int i = 1; i <= one.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= other.Length; j++)
            {
                int changed = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    private static bool IsPart(string part, string whole) => part.Length > 2 && whole.StartsWith(part, StringComparison.OrdinalIgnoreCase);
}
