using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Testing.Logs;

/// <summary>Keeps what is logged, one text a line, from information on.</summary>
/// <typeparam name="T">Who logs.</typeparam>
public sealed class LogLines<T> : ILogger<T>
{
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>What was logged, the oldest first.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue(formatter(state, exception));
}
