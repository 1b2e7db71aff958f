using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Refusals;

public sealed class OutsiderMessagesTests : IDisposable
{
    private readonly TestMeters _meters = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _lines = new();
    private readonly OutsiderMessages _outsiders;

    public OutsiderMessagesTests() => _outsiders = new OutsiderMessages(_meters, _time, _lines);

    public void Dispose() => _meters.Dispose();

    [Fact]
    public void A_thousand_messages_count_a_thousand_and_are_logged_in_one_line_a_minute()
    {
        Assert.Equal(0, _meters.Counted(OutsiderMessages.MetricName));

        for (int count = 0; count < 1000; count++)
        {
            _outsiders.Add("10.0.0.9:4053", 12, "M");
        }

        Assert.Equal(1000, _meters.Counted(OutsiderMessages.MetricName));
        Assert.StartsWith("1 messages", Assert.Single(_lines.Written), StringComparison.Ordinal);

        _time.Advance(LogThrottle.Interval);

        Assert.Equal(2, _lines.Written.Count);
        Assert.StartsWith("999 messages", _lines.Written[1], StringComparison.Ordinal);
        Assert.Contains("10.0.0.9:4053", _lines.Written[1], StringComparison.Ordinal);
        Assert.Equal(1000, _outsiders.Total);
    }

    private sealed class Lines : ILogger<OutsiderMessages>
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
