using System.Text;

namespace RendezvousCluster.Architecture;

/// <summary>Blanks what is no code, so that a rule does not trip over a sentence about itself. Line breaks stay, and so do line numbers.</summary>
internal static class TidyText
{
    public static string WithoutCommentsAndStrings(string text)
    {
        var output = new StringBuilder(text.Length);
        int index = 0;
        while (index < text.Length)
        {
            int end = EndOfNonCode(text, index);
            if (end == index)
            {
                output.Append(text[index++]);
                continue;
            }

            for (; index < end; index++)
            {
                output.Append(text[index] == '\n' ? '\n' : ' ');
            }
        }

        return output.ToString();
    }

    /// <summary>Where the comment or literal that begins here ends; the index itself when none begins.</summary>
    private static int EndOfNonCode(string text, int index) => text.AsSpan(index) switch
    {
        ['/', '/', ..] => IndexOrEnd(text, "\n", index),
        ['/', '*', ..] => AfterIndex(text, "*/", index + 2),
        ['"', '"', '"', ..] => AfterIndex(text, "\"\"\"", index + 3),
        ['@', '"', ..] => AfterVerbatim(text, index + 2),
        ['"', ..] => AfterQuoted(text, index + 1, '"'),
        ['\'', ..] => AfterQuoted(text, index + 1, '\''),
        _ => index,
    };

    private static int IndexOrEnd(string text, string what, int from)
    {
        int found = text.IndexOf(what, from, StringComparison.Ordinal);
        return found < 0 ? text.Length : found;
    }

    private static int AfterIndex(string text, string what, int from) => Math.Min(text.Length, IndexOrEnd(text, what, from) + what.Length);

    private static int AfterQuoted(string text, int index, char quote)
    {
        while (index < text.Length && text[index] != quote && text[index] != '\n')
        {
            index += text[index] == '\\' ? 2 : 1;
        }

        return Math.Min(text.Length, index + 1);
    }

    private static int AfterVerbatim(string text, int index)
    {
        while (index < text.Length && (text[index] != '"' || text.AsSpan(index).StartsWith("\"\"")))
        {
            index += text[index] == '"' ? 2 : 1;
        }

        return Math.Min(text.Length, index + 1);
    }
}
