using System.Text.Json;

namespace RendezvousCluster.Cli.CommandLine;

/// <summary>
/// Checks what <c>rendezvous.json</c> says before it is used. A key that nobody reads is a mistake of the file's author: with
/// <c>"Point"</c> for <c>"Points"</c> the tool would go on with other points, or with none, and say nothing of the file.
/// </summary>
internal static class ConfigurationFile
{
    public const string PointsKey = "Points";
    public const string IdentityKey = "Identity";

    // From this distance on a key is something else, and no slip of the keyboard.
    private const int MaxSlips = 3;

    private static readonly string[] Keys = [PointsKey, IdentityKey];

    // As the reader of configurations takes it.
    private static readonly JsonReaderOptions Syntax = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    /// <summary>Says what is wrong with the text of a file, with the line; null when nothing is.</summary>
    public static string? FaultOf(ReadOnlySpan<byte> json)
    {
        var reader = new Utf8JsonReader(json, Syntax);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return $"line 1: it must be an object with the settings {Listed()}.";
            }

            var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                int line = LineAt(json, reader.TokenStartIndex);
                string key = reader.GetString()!;
                if (!Keys.Contains(key, StringComparer.OrdinalIgnoreCase))
                {
                    return $"line {line}: '{key}' is no setting{(Nearest(key) is { } meant ? $"; '{meant}' may be meant" : "")}. The "
                        + $"settings are {Listed()}.";
                }

                if (!seen.Add(key))
                {
                    return $"line {line}: '{key}' stands there twice.";
                }

                if (FaultOfValue(ref reader, key) is { } fault)
                {
                    return $"line {LineAt(json, reader.TokenStartIndex)}: {fault}";
                }
            }

            while (reader.Read())
            {
                // what comes behind the object is not JSON, and the reader says so
            }

            return null;
        }
        catch (JsonException exception)
        {
            return $"line {exception.LineNumber + 1}: {Sentence(exception)}";
        }
    }

    private static string? FaultOfValue(ref Utf8JsonReader reader, string key)
    {
        reader.Read();
        if (key.Equals(IdentityKey, StringComparison.OrdinalIgnoreCase))
        {
            return reader.TokenType == JsonTokenType.String ? null : $"'{key}' takes the name of a file, in quotes.";
        }

        if (reader.TokenType != JsonTokenType.StartArray)
        {
            return $"'{key}' takes a list of addresses, each in quotes: [ \"…\" ].";
        }

        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.String)
            {
                return $"'{key}' takes a list of addresses, each in quotes.";
            }
        }

        return null;
    }

    /// <summary>The setting that a key may stand for by a slip; null when it is like none.</summary>
    internal static string? Nearest(string key)
    {
        (string name, int slips) = Keys.Select(name => (name, Slips(key.ToUpperInvariant(), name.ToUpperInvariant())))
            .MinBy(found => found.Item2);
        return slips <= MaxSlips ? name : null;
    }

    // Levenshtein's distance; a key is as long as somebody likes, so one that is far too long is not looked at.
    private static int Slips(string written, string meant)
    {
        if (Math.Abs(written.Length - meant.Length) > MaxSlips)
        {
            return int.MaxValue;
        }

        int[] row = [.. Enumerable.Range(0, meant.Length + 1)];
        for (int i = 1; i <= written.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= meant.Length; j++)
            {
                int changed = diagonal + (written[i - 1] == meant[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(changed, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }

    private static string Listed() => string.Join(" and ", Keys.Select(key => $"'{key}'"));

    private static int LineAt(ReadOnlySpan<byte> json, long position) => 1 + json[..(int)position].Count((byte)'\n');

    // The framework adds the position, counted from zero, to its sentence.
    private static string Sentence(JsonException exception)
    {
        int position = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        return position < 0 ? exception.Message : exception.Message[..position];
    }
}
