using System.Collections.Concurrent;
using System.Data.Common;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace RendezvousCluster.Server.Hosting;

/// <summary>
/// Decides which lines of libraries reach the log, and with how much of their exceptions. Each source of lines (a category and the words
/// that its lines begin with) has one line in <see cref="Interval"/>, which says how many others there were; a stack is for those who look
/// for a fault, at the level Debug, where all lines are written.
/// </summary>
/// <param name="filter">The level of the log.</param>
/// <param name="time">Counts the interval.</param>
internal sealed class LibraryLines(IOptionsMonitor<LoggerFilterOptions> filter, TimeProvider time)
{
    /// <summary>Between two lines of a source.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    /// <summary>Sources that are counted each by itself. Words that differ each time would make ever more; others count as one.</summary>
    internal const int MaxSources = 256;

    // The words of a line after its first ones name what it is about, which differs from line to line.
    private const int FirstWords = 24;

    private const string OurOwn = "RendezvousCluster";
    private const string Others = "others";

    private readonly ConcurrentDictionary<string, Source> _sources = [];

    /// <summary>Whether a line is a library's, and there is a line of this kind too many.</summary>
    /// <param name="category">Where the line is from.</param>
    /// <param name="level">Its level.</param>
    /// <param name="message">The line.</param>
    /// <param name="more">How many lines of its source were left out before it.</param>
    public bool LeavesOut(string category, LogLevel level, string message, out int more)
    {
        more = 0;
        return IsForPeople && !IsOurs(category) && level >= LogLevel.Warning && !SourceOf(category, message).Admit(time, out more);
    }

    /// <summary>
    /// Whether an exception is written without its stack: one of a library, and of our own lines one that a warning is about, or that came
    /// from a database, a file or a connection. Any other is a fault of the program, which the stack finds.
    /// </summary>
    public bool IsBrief(string category, LogLevel level, Exception exception) =>
        IsForPeople && (!IsOurs(category) || level <= LogLevel.Warning || IsFromOutside(exception));

    private bool IsForPeople => filter.CurrentValue.MinLevel > LogLevel.Debug;

    private static bool IsOurs(string category) => category.StartsWith(OurOwn, StringComparison.Ordinal);

    private static bool IsFromOutside(Exception exception) =>
        exception is DbException or IOException or SocketException or TimeoutException
        || (exception.InnerException is { } cause && IsFromOutside(cause));

    private Source SourceOf(string category, string message)
    {
        string key = $"{category} {message[..Math.Min(message.Length, FirstWords)]}";
        return _sources.TryGetValue(key, out Source? known)
            ? known
            : _sources.GetOrAdd(_sources.Count < MaxSources ? key : Others, _ => new Source());
    }

    private sealed class Source
    {
        private readonly Lock _lock = new();
        private long? _writtenAt;
        private int _leftOut;

        public bool Admit(TimeProvider time, out int more)
        {
            lock (_lock)
            {
                more = _leftOut;
                if (_writtenAt is { } at && time.GetElapsedTime(at) < Interval)
                {
                    _leftOut++;
                    return false;
                }

                _writtenAt = time.GetTimestamp();
                _leftOut = 0;
                return true;
            }
        }
    }
}
