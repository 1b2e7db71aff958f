using RendezvousCluster.Registry.Files;

namespace RendezvousCluster.Registry.Tests.Files;

public sealed class OpenFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Path => System.IO.Path.Combine(_directory.Path, "file");

    private string Aside => System.IO.Path.Combine(_directory.Path, "aside");

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_file_that_grows_is_the_same_one()
    {
        OpenFile open = Open();
        File.AppendAllText(Path, "more");

        Assert.Null(open.Look(out bool hasShrunk));
        Assert.False(hasShrunk);
    }

    [Fact]
    public void A_file_that_is_moved_away_is_gone_until_it_is_brought_back()
    {
        OpenFile open = Open();
        File.Move(Path, Aside);
        Assert.Equal($"The file '{Path}' is gone: it was deleted or moved away while this server had it open.", open.Look(out _));

        File.Move(Aside, Path);
        Assert.Null(open.Look(out _));
    }

    [Fact]
    public void A_copy_in_the_place_of_a_file_is_another_one()
    {
        OpenFile open = Open();
        File.Copy(Path, Aside);
        File.Move(Aside, Path, overwrite: true);

        Assert.Equal($"The file '{Path}' is another one than this server has open: it was replaced.", open.Look(out _));
    }

    [Fact]
    public void A_file_that_is_shorter_than_it_was_is_noticed_until_somebody_says_that_it_may_be()
    {
        OpenFile open = Open();
        File.AppendAllText(Path, "more");
        Assert.Null(open.Look(out _));
        File.WriteAllText(Path, "text");

        Assert.Null(open.Look(out bool hasShrunk));
        Assert.True(hasShrunk);
        open.MayBeShorter();
        Assert.Null(open.Look(out hasShrunk));
        Assert.False(hasShrunk);
    }

    [Fact]
    public void A_file_that_was_not_there_is_not_missed()
    {
        var open = new OpenFile(Path);
        open.Opened();
        Assert.Null(open.Look(out _));
        Assert.Null(FileLook.At(System.IO.Path.Combine(Path, "below")));
    }

    private OpenFile Open()
    {
        File.WriteAllText(Path, "text");
        var open = new OpenFile(Path);
        open.Opened();
        return open;
    }
}
