using System.Globalization;
using System.Text;

namespace RendezvousCluster.Settings;

/// <summary>
/// A length of time as people write it: <c>90s</c>, <c>1h30m</c>, <c>1.5h</c>, <c>250 ms</c>, or as .NET does: <c>00:05:00</c>,
/// <c>1.12:00:00</c>. A number without a unit is refused, but for zero: its author had a unit in mind, and another reader has another.
/// </summary>
internal static class DurationText
{
    /// <summary>How one is written, for a sentence.</summary>
    public const string Examples = "a time such as 90s, 5m, 1h30m or 00:05:00";

    // Longer ones say nothing that a shorter one does not.
    private const int MaxLength = 40;

    private static readonly (string[] Names, long Ticks)[] Units =
    [
        (["d"], TimeSpan.TicksPerDay),
        (["h"], TimeSpan.TicksPerHour),
        (["m", "min"], TimeSpan.TicksPerMinute),
        (["s"], TimeSpan.TicksPerSecond),
        (["ms"], TimeSpan.TicksPerMillisecond),
    ];

    /// <summary>Reads one; never a negative one.</summary>
    public static bool TryParse(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        text = text.Trim();
        if (text.Length is 0 or > MaxLength)
        {
            return false;
        }

        return text.Contains(':', StringComparison.Ordinal)
            ? TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out time) && time >= TimeSpan.Zero
            : text == "0" || TryParseUnits(text, out time);
    }

    /// <summary>The shortest form with units; <see cref="TryParse"/> reads the same time from it.</summary>
    public static string Format(TimeSpan time)
    {
        if (time == TimeSpan.Zero)
        {
            return "0s";
        }

        long rest = time.Ticks;
        var text = new StringBuilder();
        foreach ((string[] names, long ticks) in Units)
        {
            long count = Math.DivRem(rest, ticks, out rest);
            if (count != 0)
            {
                text.Append(CultureInfo.InvariantCulture, $"{count}{names[0]}");
            }
        }

        return rest == 0 ? text.ToString() : time.ToString("c", CultureInfo.InvariantCulture);
    }

    private static bool TryParseUnits(string text, out TimeSpan time)
    {
        time = TimeSpan.Zero;
        decimal ticks = 0;
        int next = 0; // units come from the largest to the smallest, each once
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            int digits = LengthOf(rest, static character => char.IsAsciiDigit(character) || character == '.');
            ReadOnlySpan<char> number = rest[..digits];
            rest = rest[digits..].TrimStart();
            int letters = LengthOf(rest, char.IsAsciiLetter);
            int unit = UnitOf(rest[..letters].ToString());
            rest = rest[letters..].TrimStart();
            if (unit < next || !decimal.TryParse(number, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal count)
                || count > TimeSpan.MaxValue.Ticks / Units[unit].Ticks)
            {
                return false;
            }

            ticks += count * Units[unit].Ticks;
            next = unit + 1;
        }

        if (ticks > TimeSpan.MaxValue.Ticks || ticks != decimal.Truncate(ticks))
        {
            return false;
        }

        time = TimeSpan.FromTicks((long)ticks);
        return true;
    }

    private static int LengthOf(ReadOnlySpan<char> text, Func<char, bool> belongs)
    {
        int length = 0;
        while (length < text.Length && belongs(text[length]))
        {
            length++;
        }

        return length;
    }

    private static int UnitOf(string name) =>
        Array.FindIndex(Units, unit => unit.Names.Contains(name, StringComparer.OrdinalIgnoreCase));
}
