using RendezvousCluster.Registry.Files;

namespace RendezvousCluster.Registry.Tests.Files;

public sealed class StorePairTests
{
    private static readonly FileFinding New = new(HasTable: false, HasRows: false, Seal: null);
    private static readonly FileFinding Unsealed = new(HasTable: true, HasRows: true, Seal: null);
    private static readonly FileFinding Emptied = new(HasTable: true, HasRows: false, Seal: null);

    [Fact]
    public void New_files_and_those_of_an_earlier_version_fit_together()
    {
        Assert.Null(StorePair.FaultOf(New, New));
        Assert.Null(StorePair.FaultOf(Unsealed, Unsealed));
        Assert.Null(StorePair.FaultOf(Unsealed, Emptied)); // no namespace has come as far as a snapshot
        Assert.Null(StorePair.FaultOf(Emptied, Emptied));
    }

    [Fact]
    public void An_empty_file_beside_one_of_an_earlier_version_is_a_lost_one()
    {
        Assert.Equal("the journal is empty, and the snapshots are there", StorePair.FaultOf(New, Unsealed));
        Assert.Equal("the snapshots are lost, and the journal is there", StorePair.FaultOf(Unsealed, New));
    }

    [Fact]
    public void Files_of_one_generation_fit_together()
    {
        Assert.Null(StorePair.FaultOf(Sealed(7), Sealed(7)));
        Assert.Null(StorePair.FaultOf(Sealed(7, SealPhase.Closed), Sealed(7, SealPhase.Closed)));
    }

    [Theory]
    [InlineData(6, true)] // the process ended before it sealed the snapshots
    [InlineData(7, true)] // and behind that
    [InlineData(5, false)]
    [InlineData(8, false)]
    public void Snapshots_are_a_generation_behind_only_where_the_journal_was_sealed_first(long snapshots, bool fits) =>
        Assert.Equal(fits, StorePair.FaultOf(Sealed(7, SealPhase.Sealing), Sealed(snapshots)) is null);

    [Fact]
    public void A_first_sealing_that_was_not_finished_is_finished()
    {
        Assert.Null(StorePair.FaultOf(Sealed(1, SealPhase.Sealing), New));
        Assert.Null(StorePair.FaultOf(Sealed(1, SealPhase.Sealing), Unsealed));
        Assert.Null(StorePair.FaultOf(Sealed(1, SealPhase.Sealing), Sealed(5, id: "another")));
    }

    [Fact]
    public void A_file_that_is_lost_older_or_of_another_store_is_named()
    {
        Assert.Equal("the journal is lost, and the snapshots are there", StorePair.FaultOf(New, Sealed(7)));
        Assert.Equal("the snapshots are lost, and the journal is there", StorePair.FaultOf(Sealed(7), New));
        Assert.Equal("the journal is an older copy than the snapshots", StorePair.FaultOf(Sealed(6), Sealed(7)));
        Assert.Equal("the snapshots are an older copy than the journal", StorePair.FaultOf(Sealed(7), Sealed(6)));
        Assert.Equal("the journal and the snapshots are of two stores", StorePair.FaultOf(Sealed(7), Sealed(7, id: "another")));
        Assert.Equal(
            "the journal is of an earlier time than the snapshots, or of another store", StorePair.FaultOf(Unsealed, Sealed(7)));
        Assert.Equal(
            "the snapshots are of an earlier time than the journal, or of another store", StorePair.FaultOf(Sealed(7), Unsealed));
    }

    [Fact]
    public void A_journal_without_any_row_beside_snapshots_is_a_lost_one() => Assert.Equal(
        "the journal is empty, and the snapshots are there",
        StorePair.FaultOf(Sealed(7) with { HasRows = false }, Sealed(7)));

    [Fact]
    public void An_empty_journal_is_accepted_once()
    {
        FileFinding accepted = Sealed(7) with { HasRows = false, Seal = new StoreSeal("one", 7, SealPhase.Open, IsEmptyAccepted: true) };
        Assert.Null(StorePair.FaultOf(accepted, Sealed(7)));
    }

    [Fact]
    public void A_word_fits_one_finding_only()
    {
        string word = StorePair.WordFor(New, Sealed(7));

        Assert.Equal(word, StorePair.WordFor(New, Sealed(7)));
        Assert.NotEqual(word, StorePair.WordFor(New, Sealed(8)));
        Assert.NotEqual(word, StorePair.WordFor(Sealed(7), New));
        Assert.Matches("^[0-9a-f]{8}$", word);
    }

    private static FileFinding Sealed(long generation, SealPhase phase = SealPhase.Open, string id = "one") =>
        new(HasTable: true, HasRows: true, new StoreSeal(id, generation, phase));
}
