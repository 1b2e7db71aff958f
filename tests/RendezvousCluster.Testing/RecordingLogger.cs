using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Testing;

/// <summary>Keeps what was logged, from <see cref="LogLevel.Information"/> upwards, for a test to look at.</summary>
public sealed class RecordingLogger : ILogger, ILoggerFactory, ILoggerProvider
{
    private readonly ConcurrentQueue<(LogLevel Level, string Message)> _lines = [];
    private readonly ConcurrentQueue<Exception> _exceptions = [];

    /// <summary>The lines so far, the oldest first.</summary>
    public IReadOnlyList<(LogLevel Level, string Message)> Lines => [.. _lines];

    /// <summary>The exceptions that were logged so far, the oldest first.</summary>
    public IReadOnlyList<Exception> Exceptions => [.. _exceptions];

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel))
        {
            _lines.Enqueue((logLevel, formatter(state, exception)));
            if (exception is not null)
            {
                _exceptions.Enqueue(exception);
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider) => throw new NotSupportedException();

    public void Dispose()
    {
    }
}
