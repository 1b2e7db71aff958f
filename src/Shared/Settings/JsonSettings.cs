using System.Text.Json;

namespace RendezvousCluster.Settings;

/// <summary>One value of a settings file, or the begin of an object or a list.</summary>
/// <param name="Path">The names above it and its own, with colons between; those of a list's items are numbers.</param>
/// <param name="Text">A value as it is written, without quotes; null for <c>null</c>, an object or a list.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Line">Where it stands, counted from one.</param>
internal sealed record JsonEntry(string Path, string? Text, JsonTokenType Kind, int Line);

/// <summary>What is wrong with a settings file.</summary>
/// <param name="Line">Where, counted from one.</param>
/// <param name="Reason">Why, without a full stop.</param>
internal sealed record JsonFault(int Line, string Reason);

/// <summary>
/// Reads a settings file, with comments and commas at the end of a list, and keeps the line of everything in it: an operator who has to
/// mend a value should not have to look for it.
/// </summary>
internal sealed class JsonSettings
{
    private static readonly JsonReaderOptions Syntax = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly List<JsonEntry> _entries = [];
    private readonly List<JsonFault> _twice = [];

    private JsonSettings()
    {
    }

    /// <summary>What stands in the file, in its order; what is there twice, once.</summary>
    public IReadOnlyList<JsonEntry> Entries => _entries;

    /// <summary>The file is not JSON, or not an object, and nothing of it is used; null when it is.</summary>
    public JsonFault? Syntactic { get; private set; }

    /// <summary>Keys that stand in one object twice; letters of another case make no other key.</summary>
    public IReadOnlyList<JsonFault> Twice => _twice;

    /// <summary>Reads the text of a file.</summary>
    public static JsonSettings Read(ReadOnlySpan<byte> json)
    {
        json = json.StartsWith("\uFEFF"u8) ? json["\uFEFF"u8.Length..] : json;
        var settings = new JsonSettings();
        var reader = new Utf8JsonReader(json, Syntax);
        var lines = new LineCounter();
        try
        {
            settings.Syntactic = settings.ReadAll(ref reader, json, ref lines);
        }
        catch (JsonException exception)
        {
            settings.Syntactic = new JsonFault((int)(exception.LineNumber ?? 0) + 1, Sentence(exception));
        }
        catch (InvalidOperationException)
        {
            // A text whose escapes are not characters; the reader finds that out only when it is asked for the text.
            settings.Syntactic = new JsonFault(lines.At(json, reader.TokenStartIndex), "a text holds something that is not a character");
        }

        if (settings.Syntactic is not null)
        {
            settings._entries.Clear();
            settings._twice.Clear();
        }

        return settings;
    }

    private JsonFault? ReadAll(ref Utf8JsonReader reader, ReadOnlySpan<byte> json, ref LineCounter lines)
    {
        var open = new Stack<Container>();
        string name = "";
        while (reader.Read())
        {
            int line = lines.At(json, reader.TokenStartIndex);
            if (open.Count == 0 && reader.TokenType != JsonTokenType.StartObject)
            {
                return new JsonFault(line, "it must be an object, { ... }");
            }

            switch (reader.TokenType)
            {
                case JsonTokenType.PropertyName:
                    name = reader.GetString()!;
                    if (!open.Peek().Names.TryAdd(name, line))
                    {
                        _twice.Add(new JsonFault(line, $"'{name}' stands there twice, first in line {open.Peek().Names[name]}"));
                        reader.Skip();
                    }

                    break;
                case JsonTokenType.EndObject or JsonTokenType.EndArray:
                    open.Pop();
                    break;
                default:
                    string path = open.TryPeek(out Container? parent) ? parent.PathOf(name) : "";
                    if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                    {
                        open.Push(new Container(path, reader.TokenType == JsonTokenType.StartArray));
                    }

                    if (parent is not null)
                    {
                        _entries.Add(new JsonEntry(path, TextOf(ref reader), reader.TokenType, line));
                    }

                    break;
            }
        }

        return null;
    }

    private static string? TextOf(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.String => reader.GetString(),
        JsonTokenType.Number => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        _ => null,
    };

    // The framework adds the position, counted from zero, to its sentence.
    private static string Sentence(JsonException exception) => exception.Message.Split(" LineNumber:")[0].TrimEnd('.');

    private sealed class Container(string path, bool isList)
    {
        private int _items;

        public Dictionary<string, int> Names { get; } = new(StringComparer.OrdinalIgnoreCase);

        public string PathOf(string name)
        {
            string own = isList ? _items++.ToString(System.Globalization.CultureInfo.InvariantCulture) : name;
            return path.Length == 0 ? own : $"{path}:{own}";
        }
    }

    // Counts on from where it was: a file of many lines is read once, and not once for each key.
    private struct LineCounter
    {
        private int _line;
        private int _position;

        public int At(ReadOnlySpan<byte> json, long position)
        {
            _line += json[_position..(int)position].Count((byte)'\n');
            _position = (int)position;
            return _line + 1;
        }
    }
}
