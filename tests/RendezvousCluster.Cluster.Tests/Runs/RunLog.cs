using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging;

namespace RendezvousCluster.Cluster.Tests.Runs;

/// <summary>What the nodes of a run say, with about the times of its history. Kept when the run fails.</summary>
internal sealed class RunLog
{
    // A run says some hundreds.
    private const int MaxLines = 20_000;

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly ConcurrentQueue<string> _lines = [];

    /// <summary>All lines, in order.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    /// <summary>For one node.</summary>
    public ILoggerProvider Of(ClusterSlot node) => new Provider(this, node.Index);

    private void Add(string line)
    {
        if (_lines.Count < MaxLines)
        {
            _lines.Enqueue(line);
        }
    }

    private sealed class Provider(RunLog log, int node) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Information;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            log.Add(
                $"{log._clock.ElapsedMilliseconds,9} ms  node {node} {logLevel} {eventId.Id}: {formatter(state, exception)} "
                + $"{exception?.GetType().Name} {exception?.Message}");

        public void Dispose()
        {
        }
    }
}
