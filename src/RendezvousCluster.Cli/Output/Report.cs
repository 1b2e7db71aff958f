using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using RendezvousCluster.Libp2p.Wire;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RendezvousCluster.Cli.Output;

/// <summary>
/// Where results go: as JSON lines for scripts, or for people. Tables have colours on a terminal only, and none where <c>NO_COLOR</c> is
/// set. Everything that is written passes through <see cref="VisibleText"/> here: much of it strangers have written. JSON says exactly what
/// they wrote, in escapes that every parser of JSON undoes.
/// </summary>
internal sealed class Report
{
    /// <summary>Longest sentence, in UTF-16 units: a peer with 32 long addresses fits.</summary>
    private const int MaxSentenceLength = 32 * 1024;

    // Where a terminal does not tell how wide it is.
    private const int UsualWidth = 80;

    /// <summary>What is narrower is left to the terminal to wrap.</summary>
    internal const int NarrowestWidth = 40;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it goes to no web page, and names stay readable
    };

    private readonly TextWriter _output;
    private readonly IAnsiConsole _screen;
    private readonly bool _isTerminal;
    private readonly int? _width;
    private readonly Lock _lock = new();

    /// <param name="output">Where it is written.</param>
    /// <param name="isJson">Whether JSON lines are wanted.</param>
    /// <param name="width">Columns of the screen; null finds them out, and sets no limit where there is no screen.</param>
    public Report(TextWriter output, bool isJson, int? width = null)
    {
        _output = output;
        IsJson = isJson;
        _isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        _screen = ScreenOver(output);
        width ??= _isTerminal ? (_screen.Profile.Width > 0 ? _screen.Profile.Width : UsualWidth) : null;
        _width = width is { } columns ? Math.Max(NarrowestWidth, columns) : null;
    }

    /// <summary>Whether JSON lines are wanted.</summary>
    public bool IsJson { get; }

    /// <summary>
    /// A word of a sentence that somebody else has chosen. One with spaces, or none at all, stands in quotes: it ends where it seems to.
    /// </summary>
    public static string Word(string text) =>
        text.Length > 0 && !text.AsSpan().ContainsAny(' ', '"')
            ? VisibleText.Of(text)
            : $"\"{VisibleText.Of(text).Replace("\"", "\\u0022", StringComparison.Ordinal)}\"";

    /// <summary>One line of JSON.</summary>
    public void Line(object value) => Write(VisibleText.Of(JsonSerializer.Serialize(value, Json), int.MaxValue));

    /// <summary>A sentence for people.</summary>
    public void Sentence(string sentence) => Write(VisibleText.Of(sentence, MaxSentenceLength));

    /// <summary>One thing: as JSON, or as a sentence.</summary>
    public void Say(object json, string sentence)
    {
        if (IsJson)
        {
            Line(json);
        }
        else
        {
            Sentence(sentence);
        }
    }

    /// <summary>Rows for people.</summary>
    public void Table(Sheet sheet) => Write(sheet.LayOut(_screen, _width));

    /// <summary>Rows for people, a block of lines each.</summary>
    public void Blocks(Sheet sheet) => Write(sheet.Blocks());

    private void Write(string line)
    {
        lock (_lock)
        {
            _output.WriteLine(line);
            _output.Flush();
        }
    }

    private void Write(IRenderable rows)
    {
        if (_isTerminal)
        {
            lock (_lock)
            {
                _screen.Profile.Width = _width!.Value;
                _screen.Write(rows);
            }

            return;
        }

        // Columns are filled up with spaces; who reads a file or a pipe wants none at the ends of lines.
        using var text = new StringWriter();
        IAnsiConsole page = ScreenOver(text);
        page.Profile.Width = _width ?? Sheet.Unlimited;
        page.Write(rows);
        Write(string.Join('\n', text.ToString().ReplaceLineEndings("\n").Split('\n').Select(line => line.TrimEnd())).TrimEnd('\n'));
    }

    private IAnsiConsole ScreenOver(TextWriter output) => AnsiConsole.Create(new AnsiConsoleSettings
    {
        Ansi = _isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
        ColorSystem = _isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
        Interactive = InteractionSupport.No,
        Out = new AnsiConsoleOutput(output),
    });
}
