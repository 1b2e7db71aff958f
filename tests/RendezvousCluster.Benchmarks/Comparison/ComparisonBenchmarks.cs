namespace RendezvousCluster.Benchmarks.Comparison;

/// <summary>
/// Measures points beside each other: one generator, rounds in turn, so that what else the machine does meets all of them. The first round
/// warms up and is not counted; medians of the others are reported.
/// </summary>
internal static class ComparisonBenchmarks
{
    public static async Task RunAsync(string[] names, int rounds, ComparisonShape shape, string? plotFile)
    {
        var points = new List<ComparedPoint>();
        try
        {
            foreach (string name in names)
            {
                points.Add(await ComparedPoints.OpenAsync(name));
            }

            long?[] rest = [.. points.Select(point => point.ResidentBytes)];
            var results = points.ConvertAll(_ => new List<StepResult[]>());
            for (int round = 0; round <= rounds; round++)
            {
                // Each point comes first as often as another.
                for (int turn = 0; turn < points.Count; turn++)
                {
                    int index = (turn + round) % points.Count;
                    StepResult[] steps = await new ComparisonRound(points[index], shape, round).RunAsync();
                    if (round > 0)
                    {
                        results[index].Add(steps);
                    }
                }

                Console.Error.WriteLine(round == 0 ? "warmed up" : $"round {round} of {rounds}");
            }

            var table = new ComparisonTable();
            for (int index = 0; index < points.Count; index++)
            {
                table.Add(points[index].Name, results[index], rest[index], points[index].ResidentBytes);
            }

            Console.Write(table);
            if (plotFile is not null)
            {
                ComparisonPlot.Write(table, plotFile);
            }
        }
        finally
        {
            foreach (ComparedPoint point in points)
            {
                await point.DisposeAsync();
            }
        }
    }
}
