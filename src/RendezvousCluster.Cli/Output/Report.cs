using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Spectre.Console;

namespace RendezvousCluster.Cli.Output;

/// <summary>
/// Where results go: as JSON lines for scripts, or for people. Tables have colours on a terminal only, and none where <c>NO_COLOR</c> is set.
/// </summary>
internal sealed class Report
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, // it goes to no web page, and names stay readable
    };

    private readonly TextWriter _output;
    private readonly Lock _lock = new();

    public Report(TextWriter output, bool isJson)
    {
        _output = output;
        IsJson = isJson;
        bool isTerminal = ReferenceEquals(output, Console.Out) && !Console.IsOutputRedirected;
        Human = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
            ColorSystem = isTerminal ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        });
        if (!isTerminal)
        {
            Human.Profile.Width = 1_000; // whoever reads a file or a pipe wants whole lines
        }
    }

    /// <summary>Whether JSON lines are wanted.</summary>
    public bool IsJson { get; }

    /// <summary>For tables and sentences.</summary>
    public IAnsiConsole Human { get; }

    /// <summary>One line of JSON.</summary>
    public void Line(object value)
    {
        lock (_lock)
        {
            _output.WriteLine(JsonSerializer.Serialize(value, Json));
            _output.Flush();
        }
    }

    /// <summary>One thing: as JSON, or as a sentence.</summary>
    public void Say(object json, string sentence)
    {
        if (IsJson)
        {
            Line(json);
            return;
        }

        lock (_lock)
        {
            Human.MarkupLineInterpolated($"{sentence}");
        }
    }

    /// <summary>A table without frills.</summary>
    public static Table NewTable(params string[] columns)
    {
        Table table = new Table().Border(TableBorder.Simple);
        foreach (string column in columns)
        {
            table.AddColumn(new TableColumn(new Text(column, new Style(decoration: Decoration.Bold))).NoWrap());
        }

        return table;
    }
}
