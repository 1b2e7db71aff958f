using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Processes;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

public sealed class RecordSequenceTests : IDisposable
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder _folder = new();
    private readonly RecordingLogger _log = new();

    private string SequenceFile => _folder.File("identity.key.sequence");

    public void Dispose()
    {
        _log.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void A_number_is_the_time_and_grows_within_a_millisecond()
    {
        RecordSequence sequence = Create(Start, path: null);

        Assert.Equal(At(Start), sequence.Next());
        Assert.Equal(At(Start) + 1, sequence.Next());
    }

    [Theory]
    [InlineData(-3)]
    [InlineData(-80)]
    [InlineData(0)]
    public void A_process_that_starts_with_a_clock_that_is_behind_goes_on_from_the_last_number(int hours)
    {
        Create(Start, SequenceFile).Next();
        ulong last = Create(Start.AddSeconds(1), SequenceFile).Next();

        ulong next = Create(Start.AddSeconds(1).AddHours(hours), SequenceFile).Next();

        Assert.Equal(last + 1, next);
        Assert.Equal(next + 1, Create(Start, SequenceFile).Next());
        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void A_process_that_starts_later_goes_by_the_time()
    {
        Create(Start, SequenceFile).Next();

        Assert.Equal(At(Start.AddHours(1)), Create(Start.AddHours(1), SequenceFile).Next());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-1\n")]
    [InlineData("18446744073709551615\n")]
    [InlineData("1893456000000000000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("\0\0\0\0")]
    public void A_damaged_file_is_reported_and_replaced(string content)
    {
        File.WriteAllText(SequenceFile, content);

        Assert.Equal(At(Start), Create(Start, SequenceFile).Next());

        Assert.Contains(SequenceFile, Assert.Single(_log.Lines).Message, StringComparison.Ordinal);
        Assert.Equal(At(Start) + 1, Create(Start.AddHours(-3), SequenceFile).Next());
    }

    [Fact]
    public void A_file_that_cannot_be_written_stops_nobody()
    {
        string nowhere = Path.Combine(SequenceFile, "no", "folder");

        RecordSequence sequence = Create(Start, nowhere);

        Assert.Equal(At(Start), sequence.Next());
        Assert.Equal(LogLevel.Information, Assert.Single(_log.Lines).Level);
    }

    [Fact]
    public void No_other_user_reads_the_file_and_nothing_else_is_left_beside_it()
    {
        Create(Start, SequenceFile).Next();
        Create(Start, SequenceFile).Next();

        Assert.Equal(SequenceFile, Assert.Single(Directory.GetFiles(_folder.Path)));
        Assert.True(
            OperatingSystem.IsWindows() || File.GetUnixFileMode(SequenceFile) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    private static ulong At(DateTimeOffset time) => (ulong)time.ToUnixTimeMilliseconds();

    private RecordSequence Create(DateTimeOffset now, string? path) => new(path, new FakeTimeProvider(now), _log);
}
