namespace RendezvousCluster.Simulation.Invariants;

public sealed class JournalWatchTests
{
    private readonly JournalWatch _watch = new();

    [Fact]
    public void One_writer_after_the_other_is_fine()
    {
        Assert.Null(Write(1, writer: 1));
        Assert.Null(Write(2, writer: 1));
        Assert.Null(Write(3, writer: 2));
    }

    [Fact]
    public void A_writer_that_comes_back_is_not()
    {
        Write(1, writer: 1);
        Write(2, writer: 2);

        Assert.NotNull(Write(3, writer: 1));
    }

    [Fact]
    public void A_writer_may_go_on_when_nothing_is_left_of_the_one_that_took_over()
    {
        Write(1, writer: 1);
        Write(2, writer: 2);
        Write(3, writer: 2);

        _watch.Lose(1);

        Assert.Null(Write(2, writer: 1));
    }

    [Fact]
    public void A_writer_may_not_go_on_when_a_row_is_left_of_the_one_that_took_over()
    {
        Write(1, writer: 1);
        Write(2, writer: 2);
        Write(3, writer: 2);

        _watch.Lose(2);

        Assert.NotNull(Write(3, writer: 1));
    }

    [Fact]
    public void A_writer_may_not_go_on_when_the_one_that_took_over_has_written_again()
    {
        Write(1, writer: 1);
        Write(2, writer: 2);
        _watch.Lose(1);
        _watch.Take(3, writer: 2);

        Assert.NotNull(Write(4, writer: 1));
        Assert.NotNull(Write(5, writer: 2));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Nor_is_a_number_that_is_there_or_one_too_high(long sequence)
    {
        Write(1, writer: 1);

        Assert.NotNull(Write(sequence, writer: 1));
    }

    [Fact]
    public void A_fresh_beginning_among_deleted_rows_does_no_harm()
    {
        for (int sequence = 1; sequence <= 5; sequence++)
        {
            Write(sequence, writer: 1);
        }

        Assert.Null(Write(3, writer: 2, fresh: true, deletedTo: 4));
        Assert.NotNull(Write(3, writer: 2, fresh: false, deletedTo: 4));
        Assert.NotNull(Write(5, writer: 2, fresh: true, deletedTo: 4));
    }

    private string? Write(long sequence, int writer, bool fresh = false, long deletedTo = 0) =>
        _watch.Check(sequence, writer, isClearing: fresh, deletedTo);
}
