using RendezvousCluster.Interop.Processes;

namespace RendezvousCluster.Interop.Server;

/// <summary>Most of a start is compiling, so libraries that compile much stay off its way.</summary>
public class CompiledMethodsTests
{
    [Fact]
    public async Task A_start_compiles_nothing_of_the_library_that_puts_queries_together()
    {
        using var folder = new TemporaryFolder();
        string list = Path.Combine(folder.Path, "methods.txt");
        await using (await ServerProcess.StartListingMethodsAsync(folder, list))
        {
            // The first DISCOVER has gone all the way to the journal and back by now.
        }

        string[] methods = File.ReadAllLines(list);
        Assert.Contains(methods, method => method.Contains("RendezvousCluster.Registry.Journal.JournalReader", StringComparison.Ordinal));
        Assert.DoesNotContain(methods, method => method.Contains("LinqToDB", StringComparison.Ordinal));
    }
}
