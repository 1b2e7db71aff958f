using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Registry.Entities;

namespace RendezvousCluster.Registry.Tests.Entities;

public sealed class ReplacedOwnersTests
{
    [Fact]
    public void Ten_replaced_owners_a_second_make_one_line_a_minute()
    {
        var time = new FakeTimeProvider();
        var lines = new Lines();
        var replaced = new ReplacedOwners(time, lines);

        for (int number = 0; number < 600; number++)
        {
            replaced.Add($"ns1-{number}");
            time.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(2, lines.Written.Count);
        Assert.StartsWith("1 writes met rows of another owner", lines.Written[0], StringComparison.Ordinal);
        Assert.StartsWith("599 writes", lines.Written[1], StringComparison.Ordinal);
        Assert.Contains("those of ns1-599:", lines.Written[1], StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromMinutes(1), LogThrottle.Interval);
    }

    private sealed class Lines : ILogger
    {
        public List<string> Written { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Written.Add(formatter(state, exception));
    }
}
