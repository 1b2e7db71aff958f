using RendezvousCluster.Registry.Journal;

namespace RendezvousCluster.Registry.Tests.Journal;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly TemporaryDirectory _temporary = new();

    [Fact]
    public void A_missing_directory_is_created()
    {
        using DataDirectory directory = DataDirectory.Take(Path.Combine(_temporary.Path, "a", "b"));

        Assert.True(Directory.Exists(directory.Path));
        Assert.NotEqual(directory.JournalFile, directory.SnapshotFile);
    }

    [Fact]
    public void A_second_taker_is_refused_until_the_first_is_gone()
    {
        using (DataDirectory.Take(_temporary.Path))
        {
            RegistryStartException refused = Assert.Throws<RegistryStartException>(() => DataDirectory.Take(_temporary.Path));
            Assert.Equal($"The data directory '{_temporary.Path}' is in use by another server.", refused.Message);
        }

        DataDirectory.Take(_temporary.Path).Dispose();
    }

    [Fact]
    public void A_file_in_its_place_is_refused()
    {
        string file = Path.Combine(_temporary.Path, "file");
        File.WriteAllText(file, "no directory");

        RegistryStartException refused = Assert.Throws<RegistryStartException>(() => DataDirectory.Take(file));

        Assert.StartsWith($"The data directory '{file}' cannot be created: ", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void A_place_where_nothing_can_be_written_is_refused()
    {
        // Even root cannot create a directory in /proc.
        RegistryStartException refused = Assert.Throws<RegistryStartException>(() => DataDirectory.Take("/proc/rendezvous"));

        Assert.DoesNotContain('\n', refused.Message);
    }

    public void Dispose() => _temporary.Dispose();
}
