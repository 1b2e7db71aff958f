using RendezvousCluster.Chaos.History;
using RendezvousCluster.Testing.Databases;
using Xunit.Abstractions;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>Tests that run clusters in this process. Of a run that is remarkable the history is kept, and what its nodes said.</summary>
public abstract class InProcessTests(TestPostgres server, ITestOutputHelper output) : IClassFixture<TestPostgres>
{
    // Of a run in which a namespace did not answer for so long, in milliseconds, the history is kept too.
    private const long RemarkableGap = 10_000;

    private protected async Task<InProcessResult> RunAsync(InProcessSettings settings)
    {
        Tell($"TEST_SEED={settings.Seed}");
        var run = new InProcessRun(settings, server, Tell);
        bool isToBeKept = true;
        string path = Path.Combine(Path.GetTempPath(), $"level2-{settings.Seed}.log");
        try
        {
            InProcessResult result = await run.RunAsync();
            Tell(result.ToString());
            isToBeKept =
                settings.Bug == PlantedBug.None && (result.Chaos.Violations.Count > 0 || result.Chaos.Gaps[0].Length > RemarkableGap);
            if (isToBeKept)
            {
                await HistoryFile.SaveAsync(result.Chaos.History, Path.ChangeExtension(path, ".json"));
            }

            return result;
        }
        finally
        {
            if (isToBeKept)
            {
                await File.WriteAllLinesAsync(path, run.Log);
                Tell($"what the nodes said is in {path}, the history beside it in .json if the run came to its end");
            }
        }
    }

    private void Tell(string line)
    {
        output.WriteLine(line);
        Console.WriteLine(line);
    }
}
