using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace RendezvousCluster.Libp2p.Wire;

/// <summary>
/// Text of strangers as it may stand in a terminal or a log: namespaces, names in addresses, agent versions, protocol ids, status texts,
/// and the messages of exceptions that hold any of them. Every peer that registers can choose such text, and an operator or a program reads
/// it. Raw, it could move the cursor, rewrite what is above it, forge a line of a log or a row of a table, show its letters in another
/// order than they stand in, or look like a name that it is not.
/// </summary>
/// <remarks>
/// The rules, which <see cref="Of"/> keeps and nothing else repeats:
/// <list type="bullet">
/// <item>Every character that is not seen as a sign of its own is written as its UTF-16 units in the form of JSON, <c>\u001b</c>: control
/// characters (C0, DEL, C1), line and paragraph separators, format characters (directions of writing, zero width, tags), other characters
/// that Unicode lets a display ignore, spaces other than the common one, private use, unassigned characters and unpaired surrogates.</item>
/// <item>What is longer than it may be is cut between characters, and ends in <c>…</c>.</item>
/// <item>A backslash stays as it is: text that has been made visible does not change when it is made visible again, and a line of JSON
/// stays JSON that says the same.</item>
/// </list>
/// As a parameter of a log message it takes a string as it is and does its work only when the line is really written.
/// </remarks>
/// <param name="Text">The text as the stranger wrote it.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct VisibleText(string? Text)
{
    /// <summary>
    /// Longest text, in UTF-16 units, unless another length is named: a namespace of 255 bytes fits, and a screen holds a few of them.
    /// </summary>
    public const int MaxLength = 512;

    private const string CutMark = "…";

    /// <summary>Text as it stands.</summary>
    public static implicit operator VisibleText(string? text) => new(text);

    /// <inheritdoc cref="op_Implicit"/>
    public static VisibleText FromString(string? text) => new(text);

    /// <summary>The visible form of a text, of at most so many UTF-16 units with the mark of a cut; empty for null.</summary>
    public static string Of(string? text, int maxLength = MaxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 1);
        if (text is null || (text.Length <= maxLength && IsVisible(text)))
        {
            return text ?? "";
        }

        var visible = new StringBuilder(Math.Min(maxLength, text.Length + 16));
        int cut = 0; // where a cut leaves room for its mark
        for (ReadOnlySpan<char> rest = text; !rest.IsEmpty;)
        {
            bool isRune = Rune.DecodeFromUtf16(rest, out Rune rune, out int units) == System.Buffers.OperationStatus.Done;
            if (isRune && IsVisible(rune))
            {
                visible.Append(rest[..units]);
            }
            else
            {
                AppendEscaped(visible, rest[..units]);
            }

            rest = rest[units..];
            if (visible.Length > maxLength)
            {
                return visible.Append(CutMark, 0, CutMark.Length).Remove(cut, visible.Length - CutMark.Length - cut).ToString();
            }

            cut = visible.Length <= maxLength - CutMark.Length ? visible.Length : cut;
        }

        return visible.ToString();
    }

    /// <summary>Whether a character is seen as a sign of its own, in its place.</summary>
    public static bool IsVisible(Rune rune) => Rune.GetUnicodeCategory(rune) switch
    {
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator => false,
        UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned => false,
        UnicodeCategory.SpaceSeparator => rune.Value == ' ',
        _ => !IsIgnorable(rune.Value),
    };

    /// <summary>The visible form.</summary>
    public override string ToString() => Of(Text);

    private static bool IsVisible(string text)
    {
        foreach (char unit in text)
        {
            if (unit is < ' ' or > '~')
            {
                return AreAllVisible(text);
            }
        }

        return true;
    }

    private static bool AreAllVisible(ReadOnlySpan<char> text)
    {
        while (!text.IsEmpty)
        {
            if (Rune.DecodeFromUtf16(text, out Rune rune, out int units) != System.Buffers.OperationStatus.Done || !IsVisible(rune))
            {
                return false;
            }

            text = text[units..];
        }

        return true;
    }

    // Letters and marks by their category, and yet shown as nothing (Unicode's Default_Ignorable_Code_Point): joiners, fillers, variation
    // selectors; and the blank Braille pattern.
    private static bool IsIgnorable(int value) => value is
        0x034F or 0x115F or 0x1160 or 0x17B4 or 0x17B5 or (>= 0x180B and <= 0x180F) or 0x2800 or 0x3164 or (>= 0xFE00 and <= 0xFE0F)
            or 0xFFA0 or (>= 0xE0100 and <= 0xE01EF);

    private static void AppendEscaped(StringBuilder visible, ReadOnlySpan<char> units)
    {
        foreach (char unit in units)
        {
            visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)unit:x4}");
        }
    }
}
