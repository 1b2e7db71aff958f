using System.CommandLine.Parsing;
using System.Text.RegularExpressions;

namespace RendezvousCluster.Settings;

/// <summary>What is wrong with a command line, in words: the parser names a type of the runtime where a value is of another kind.</summary>
internal static partial class ParseFault
{
    /// <summary>The fault in words.</summary>
    public static string Text(ParseError error) => OfType().Replace(
        error.Message,
        match => $"{match.Groups["what"].Value} takes {NounOf(match.Groups["type"].Value)}; '{match.Groups["value"].Value}' is not that.");

    private static string NounOf(string type) =>
        type.Contains("Boolean", StringComparison.Ordinal) ? "true or false"
        : type.Contains("Int", StringComparison.Ordinal) ? "a whole number"
        : type.Contains("Double", StringComparison.Ordinal) || type.Contains("Decimal", StringComparison.Ordinal) ? "a number"
        : "another kind of value";

    [GeneratedRegex("^Cannot parse argument '(?<value>.*)' for (?:option|command) '(?<what>[^']*)' as expected type '(?<type>.*)'\\.$",
        RegexOptions.Singleline)]
    private static partial Regex OfType();
}
