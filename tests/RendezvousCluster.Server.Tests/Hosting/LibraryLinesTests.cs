using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Server.Hosting;

namespace RendezvousCluster.Server.Tests.Hosting;

public sealed class LibraryLinesTests
{
    private const string Library = "Npgsql.Connection";

    private readonly FakeTimeProvider _time = new();
    private readonly LoggerFilterOptions _filter = new() { MinLevel = LogLevel.Warning };
    private readonly LibraryLines _lines;

    public LibraryLinesTests() => _lines = new LibraryLines(new Monitor(_filter), _time);

    [Fact]
    public void A_source_has_a_line_a_minute_that_says_how_many_were_left_out()
    {
        Assert.Equal((false, 0), LeavesOut(Library, "The connection to 10.0.0.1 is broken"));
        Assert.Equal((true, 0), LeavesOut(Library, "The connection to 10.0.0.1 is broken"));
        Assert.True(LeavesOut(Library, "The connection to 10.0.0.1 is broken").IsLeftOut);
        _time.Advance(LibraryLines.Interval);

        Assert.Equal((false, 2), LeavesOut(Library, "The connection to 10.0.0.1 is broken"));
        _time.Advance(LibraryLines.Interval);
        Assert.Equal((false, 0), LeavesOut(Library, "The connection to 10.0.0.1 is broken"));
    }

    [Fact]
    public void Other_words_and_other_sources_have_lines_of_their_own()
    {
        LeavesOut(Library, "The connection is broken");

        Assert.False(LeavesOut(Library, "A statement has failed").IsLeftOut);
        Assert.False(LeavesOut("Akka.Actor", "The connection is broken").IsLeftOut);
    }

    [Fact]
    public void Our_own_lines_and_those_that_somebody_has_asked_for_are_all_written()
    {
        Assert.All(Enumerable.Range(0, 3), _ => Assert.False(LeavesOut("RendezvousCluster.Server", "It is so").IsLeftOut));
        _filter.MinLevel = LogLevel.Debug;
        Assert.All(Enumerable.Range(0, 3), _ => Assert.False(LeavesOut(Library, "It is so").IsLeftOut));
    }

    /// <summary>A stack helps to find a fault of the program, and hides what is wrong with a database.</summary>
    [Fact]
    public void A_stack_is_written_for_a_fault_of_the_program_and_for_those_who_ask()
    {
        const string Ours = "RendezvousCluster.Registry";
        var ofDatabase = new InvalidOperationException("a write", new SocketException(111));
        var fault = new InvalidOperationException("a fault");

        Assert.True(_lines.IsBrief(Library, LogLevel.Error, fault));
        Assert.True(_lines.IsBrief(Ours, LogLevel.Warning, fault));
        Assert.True(_lines.IsBrief(Ours, LogLevel.Error, ofDatabase));
        Assert.False(_lines.IsBrief(Ours, LogLevel.Error, fault));
        _filter.MinLevel = LogLevel.Debug;
        Assert.False(_lines.IsBrief(Library, LogLevel.Warning, ofDatabase));
    }

    [Fact]
    public void Sources_without_end_count_as_one()
    {
        int written = Enumerable.Range(0, 10_000).Count(number => !LeavesOut(Library, $"{number} is wrong").IsLeftOut);

        Assert.Equal(LibraryLines.MaxSources + 1, written);
    }

    private (bool IsLeftOut, int More) LeavesOut(string category, string message) =>
        (_lines.LeavesOut(category, LogLevel.Warning, message, out int more), more);

    private sealed class Monitor(LoggerFilterOptions filter) : IOptionsMonitor<LoggerFilterOptions>
    {
        public LoggerFilterOptions CurrentValue => filter;

        public LoggerFilterOptions Get(string? name) => filter;

        public IDisposable? OnChange(Action<LoggerFilterOptions, string?> listener) => null;
    }
}
