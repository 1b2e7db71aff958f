using System.Globalization;

namespace RendezvousCluster.Settings;

/// <summary>
/// A number of bytes as people write it: <c>64KiB</c>, <c>1.5 GiB</c>, <c>10MB</c>, or the plain number. With an <c>i</c> a unit is a
/// power of 1024, without one a power of 1000.
/// </summary>
internal static class ByteSizeText
{
    /// <summary>How one is written, for a sentence.</summary>
    public const string Examples = "a size such as 64KiB, 16MiB or 1GiB, or a number of bytes";

    private const int MaxLength = 40;

    private static readonly (string Name, long Bytes)[] Units =
    [
        ("TiB", 1L << 40), ("GiB", 1L << 30), ("MiB", 1L << 20), ("KiB", 1L << 10),
        ("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1),
    ];

    /// <summary>Reads one; never a negative one.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        bytes = 0;
        text = text.Trim();
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        string number = text.TrimEnd([.. "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"]);
        string name = text[number.Length..];
        long unit = name.Length == 0 ? 1 : Units.FirstOrDefault(unit => unit.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Bytes;
        if (unit == 0
            || !decimal.TryParse(number.TrimEnd(), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
            || count > long.MaxValue / unit)
        {
            return false;
        }

        decimal all = count * unit;
        if (all != decimal.Truncate(all))
        {
            return false;
        }

        bytes = (long)all;
        return true;
    }

    /// <summary>In the largest unit of 1024 that divides it; <see cref="TryParse"/> reads the same size from it.</summary>
    public static string Format(long bytes)
    {
        (string name, long unit) = bytes == 0
            ? ("", 1)
            : Array.Find(Units, unit => unit.Name.EndsWith("iB", StringComparison.Ordinal) && bytes % unit.Bytes == 0);
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Max(1, unit)}{name}");
    }
}
