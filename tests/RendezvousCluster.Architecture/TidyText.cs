using System.Text;
using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>
/// Source text as the rules read it: code without comments and strings, so that a rule does not trip over a sentence about itself, and
/// comments without code. Line breaks stay, and so do line numbers.
/// </summary>
internal static partial class TidyText
{
    /// <summary>The lines, counted from one.</summary>
    public static IEnumerable<(int Number, string Text)> Lines(string text) =>
        text.Split('\n').Select((line, index) => (index + 1, line.TrimEnd('\r')));

    /// <summary>The lines of comments that end in the middle of a sentence though the next word has room.</summary>
    public static IEnumerable<int> BrokenComments(string text)
    {
        (int Number, string Text)[] lines = [.. Lines(text)];
        return
        [
            .. from pair in lines.Zip(lines.Skip(1), (first, second) => (First: first, Second: second))
               let comment = Comment().Match(pair.First.Text)
               let next = Comment().Match(pair.Second.Text)
               where comment.Success && next.Success && comment.Groups["prefix"].Value == next.Groups["prefix"].Value
               where !SentenceEnd().IsMatch(comment.Groups["text"].Value) && !Beginning().IsMatch(next.Groups["text"].Value)
               where pair.First.Text.TrimEnd().Length + 1 + Word().Match(next.Groups["text"].Value).Length <= TidyRules.ShortColumns
               select pair.First.Number,
        ];
    }

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

    // Text that begins with a space is a drawing or an example.
    [GeneratedRegex(@"^(?<prefix>\s*///?) (?<text>\S.*)$")]
    private static partial Regex Comment();

    [GeneratedRegex(@"[.:;,?!)>`""]\s*$")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"^(<(?!see|c>|paramref|typeparamref|i>|b>|em>)|[-*•] |\d+\. |\||```|[A-Z]\w*: )")]
    private static partial Regex Beginning();

    [GeneratedRegex(@"^(?:<[^>]*>|[^\s<])+")]
    private static partial Regex Word();
}
