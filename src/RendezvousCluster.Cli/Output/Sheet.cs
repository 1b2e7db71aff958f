using RendezvousCluster.Libp2p.Wire;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace RendezvousCluster.Cli.Output;

/// <summary>
/// Rows under headings, laid out for where they go. A screen gets the first of these that fits its width: a table; the table turned, if
/// there are few rows; a block of lines for each row. Only the last column may be folded, and never below <see cref="NarrowestFold"/>. A
/// file or a pipe gets one line a row, however long, without rules: <c>grep</c> finds all of a row. Strangers wrote the text of
/// the cells, so it comes in its visible form.
/// </summary>
/// <param name="headings">One a column; the first names the row.</param>
internal sealed class Sheet(params string[] headings)
{
    /// <summary>Columns of the screen that are left to the last column of a table at least; half of a usual address.</summary>
    public const int NarrowestFold = 36;

    /// <summary>More columns than any line has: what is laid out in them is not folded.</summary>
    public const int Unlimited = 1_000_000;
    private const int Indentation = 2;

    private readonly List<string[][]> _rows = [];

    /// <summary>Adds a row; each cell has lines.</summary>
    public void Add(params IEnumerable<string>[] cells) =>
        _rows.Add([.. cells.Select(lines => lines.Select(line => VisibleText.Of(line)).ToArray())]);

    /// <summary>Adds a row of cells with a line each.</summary>
    public void Add(params string[] cells) => Add([.. cells.Select(cell => new[] { cell })]);

    /// <summary>The rows for a screen of so many columns, or for no screen.</summary>
    public IRenderable LayOut(IAnsiConsole console, int? width)
    {
        if (width is not { } columns)
        {
            return Table(TableBorder.None, lines => string.Join(' ', lines));
        }

        return Fits(console, Table(), columns, LastWidth()) ? Table()
            : Fits(console, Turned(), columns, foldable: 0) ? Turned()
            : Blocks();
    }

    /// <summary>A block of lines for each row: its first cell, and below it the others with their headings.</summary>
    public IRenderable Blocks()
    {
        var blocks = new List<IRenderable>();
        foreach (string[][] row in _rows)
        {
            var grid = new Grid();
            grid.AddColumn(new GridColumn().NoWrap().Padding(Indentation, 0, Indentation, 0));
            grid.AddColumn(new GridColumn().Padding(0, 0, 0, 0));
            for (int cell = 1; cell < row.Length; cell++)
            {
                grid.AddRow(new Text(headings[cell]), Cell(string.Join('\n', row[cell])));
            }

            blocks.Add(Cell(string.Join('\n', row[0]), Decoration.Bold));
            blocks.Add(grid);
            blocks.Add(Text.Empty);
        }

        return new Rows(blocks);
    }

    private static bool Fits(IAnsiConsole console, IRenderable table, int columns, int foldable)
    {
        int natural = table.Measure(RenderOptions.Create(console), Unlimited).Max;
        return natural - Math.Max(0, foldable - NarrowestFold) <= columns;
    }

    private static Text Cell(string text, Decoration decoration = Decoration.None) =>
        new(text, new Style(decoration: decoration)) { Overflow = Overflow.Fold };

    private Table Table() => Table(TableBorder.Simple, lines => string.Join('\n', lines));

    private Table Table(TableBorder border, Func<string[], string> join)
    {
        Table table = Framed(border);
        for (int column = 0; column < headings.Length; column++)
        {
            TableColumn heading = Heading(headings[column]);
            heading.NoWrap = column < headings.Length - 1 || border == TableBorder.None;
            table.AddColumn(heading);
        }

        foreach (string[][] row in _rows)
        {
            table.AddRow(row.Select(lines => Cell(join(lines))));
        }

        return table;
    }

    private Table Turned()
    {
        Table table = Framed(TableBorder.Simple);
        table.AddColumn(Heading(headings[0]).NoWrap());
        foreach (string[][] row in _rows)
        {
            table.AddColumn(Heading(string.Join(' ', row[0])).NoWrap());
        }

        for (int line = 1; line < headings.Length; line++)
        {
            table.AddRow([new Text(headings[line]), .. _rows.Select(row => Cell(string.Join('\n', row[line])))]);
        }

        return table;
    }

    private static Table Framed(TableBorder border) => new() { Border = border };

    private static TableColumn Heading(string text) => new TableColumn(Cell(text, Decoration.Bold)).Padding(0, 0, Indentation, 0);

    private int LastWidth() => _rows.SelectMany(row => row[^1]).Append(headings[^1]).Max(line => line.Length);
}
