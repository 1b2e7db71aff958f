using System.Text.RegularExpressions;

namespace RendezvousCluster.Architecture;

/// <summary>
/// There is one way to log: a private static partial method of the class that logs, with <c>[LoggerMessage(id, level, text)]</c>, whose
/// name begins with Log, whose first parameter is the logger and whose last one is the exception, if there is one. So each message has an
/// id and constant text, and a call shows which logger it uses. A message whose level varies takes it as a parameter instead.
/// </summary>
public partial class LoggingStyleTests
{
    private const string Instead =
        "Log through [LoggerMessage(id, level, \"text\")] private static partial void LogX(ILogger logger, …, Exception exception):\n";

    /// <summary>The toolkit makes it, and hands over a log of its own, which goes the way of all its messages (ToolkitLog).</summary>
    private const string MadeByToolkit = "src/RendezvousCluster.Registry/Scheduling/SleepingScheduler.cs";

    private const string HandedOver = "ILoggingAdapter log";

    [Fact]
    public void Every_log_message_is_a_private_static_partial_method()
    {
        string[] offences =
        [
            .. from file in SourceTree.Files("src")
               let text = file.Path == MadeByToolkit ? file.Text.Replace(HandedOver, "log", StringComparison.Ordinal) : file.Text
               from line in Offences(text)
               select $"{file.Path}:{line}",
        ];

        Assert.True(offences.Length == 0, Instead + string.Join('\n', offences));
    }

    [Theory]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"{A}\")]\n    private static partial void LogA(ILogger logger, int a);", 0)]
    [InlineData("[LoggerMessage(\n    1,\n    LogLevel.Debug,\n    \"[A]\")]\nprivate static partial void LogA(\n    ILogger logger);", 0)]
    [InlineData("[LoggerMessage(EventId = 1, Message = \"A\")]\nprivate static partial void LogA(ILogger logger, LogLevel level);", 0)]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"A\")]\nprivate static partial void LogA(ILogger logger, Exception cause);", 0)]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"A\")]\nprivate static partial void LogA(ILogger logger, Exception cause, int a);", 1)]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"{A}\")]\n    private partial void LogA(int a);", 1)]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"{A}\")]\n    public static partial void LogA(ILogger logger, int a);", 1)]
    [InlineData("[LoggerMessage(1, LogLevel.Debug, \"A\")]\n    private static partial void Told(ILogger logger);", 1)]
    [InlineData("[LoggerMessage(EventId = 1, Level = LogLevel.None)]\nprivate static partial void LogA(ILogger logger);", 1)]
    [InlineData("_logger.LogInformation(\"{A}\", a);", 1)]
    [InlineData("_logger.Log(LogLevel.Debug, \"A\");", 1)]
    [InlineData("LoggerMessage.Define<int>(LogLevel.Debug, 1, \"{A}\");", 1)]
    [InlineData("private readonly ILoggingAdapter _log = Context.GetLogger();", 2)]
    public void Another_style_is_found(string text, int offences) => Assert.Equal(offences, Offences(text).Count());

    private static IEnumerable<int> Offences(string text)
    {
        IEnumerable<int> messages = Message().Matches(text).Select(message => message.Index);
        HashSet<int> good = [.. GoodMessage().Matches(text).Select(message => message.Index)];
        IEnumerable<int> calls = OtherStyle().Matches(TidyText.WithoutCommentsAndStrings(text)).Select(call => call.Index);
        return messages.Where(message => !good.Contains(message)).Concat(calls)
            .Select(index => text.AsSpan(0, index).Count('\n') + 1);
    }

    [GeneratedRegex(@"\[LoggerMessage\(")]
    private static partial Regex Message();

    [GeneratedRegex(
        @"\[LoggerMessage\(\s*(?:\d+,|EventId = \d+,\s*Message = )(?:[^""\]]|""(?:[^""\\]|\\.)*"")*\)\]"
        + @"\s*private static partial void Log\w+\(\s*ILogger logger(?!\w)(?![^)]*Exception\??\s+@?\w+\s*,)")]
    private static partial Regex GoodMessage();

    [GeneratedRegex(
        @"\.Log(Trace|Debug|Information|Warning|Error|Critical)\(|\.Log\(\s*LogLevel|\bLoggerMessage\.Define|\bILoggingAdapter\b"
        + @"|\bContext\.GetLogger\(")]
    private static partial Regex OtherStyle();
}
