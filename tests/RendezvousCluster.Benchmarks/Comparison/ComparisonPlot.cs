using OxyPlot;
using OxyPlot.Axes;
using OxyPlot.Legends;
using OxyPlot.Series;

namespace RendezvousCluster.Benchmarks.Comparison;

/// <summary>Draws the processor time of each step at each point as bars.</summary>
internal static class ComparisonPlot
{
    private const int WidthPixels = 760;
    private const int HeightPixels = 420;

    /// <summary>Writes it as SVG.</summary>
    internal static void Write(ComparisonTable table, string file)
    {
        var plot = new PlotModel
        {
            Title = "Processor time of the point for an operation, µs (shorter is better)",
            TitleFontSize = 13,
            Background = OxyColors.White,
            PlotMargins = new OxyThickness(90, double.NaN, double.NaN, double.NaN),
        };
        var steps = new CategoryAxis { Position = AxisPosition.Left, StartPosition = 1, EndPosition = 0 };
        steps.Labels.AddRange(ComparisonRound.Steps);
        plot.Axes.Add(steps);
        plot.Axes.Add(new LinearAxis
        {
            Position = AxisPosition.Bottom, Minimum = 0, MaximumPadding = 0.1, MajorGridlineStyle = LineStyle.Dot,
        });
        plot.Legends.Add(new Legend { LegendPosition = LegendPosition.RightBottom });
        foreach (string point in table.Points)
        {
            var bars = new BarSeries { Title = point, LabelFormatString = "{0:0}", LabelPlacement = LabelPlacement.Outside };
            for (int step = 0; step < ComparisonRound.Steps.Length; step++)
            {
                bars.Items.Add(new BarItem(table.Median(point, step, result => result.CpuMicroseconds)));
            }

            plot.Series.Add(bars);
        }

        using FileStream stream = File.Create(file);
        new SvgExporter { Width = WidthPixels, Height = HeightPixels }.Export(plot, stream);
    }
}
