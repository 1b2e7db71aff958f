using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Libp2p.Wire;
using RendezvousCluster.Registry.Refusals;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Refusals;

public sealed class RefusedReadsTests : IDisposable
{
    private readonly TestMeters _meters = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Lines _lines = new();
    private readonly RefusedReads _refused;

    public RefusedReadsTests() => _refused = new RefusedReads(_meters, _time, _lines);

    public void Dispose() => _meters.Dispose();

    [Fact]
    public void Every_reason_has_its_series_at_zero_from_the_beginning() =>
        Assert.All(Enum.GetValues<RefusedReadReason>(), reason => Assert.Equal(0, Counted(reason)));

    [Fact]
    public void A_thousand_refusals_count_a_thousand_and_are_logged_in_one_line_a_minute()
    {
        for (int count = 0; count < 1000; count++)
        {
            _refused.Add(new RefusedRead(RefusedReadReason.Serializer, 1), "10.0.0.9:1");
        }

        Assert.Equal(1000, Counted(RefusedReadReason.Serializer));
        Assert.StartsWith("1 messages", Assert.Single(_lines.Written), StringComparison.Ordinal);

        _refused.Add(new RefusedRead(RefusedReadReason.Manifest, 16, "PP"), "10.0.0.9:1");
        _time.Advance(LogThrottle.Interval);

        Assert.Equal(2, _lines.Written.Count);
        Assert.StartsWith("1000 messages", _lines.Written[1], StringComparison.Ordinal);
        Assert.Contains("'PP'", _lines.Written[1], StringComparison.Ordinal);
        Assert.Equal(1001, _refused.Total);
    }

    [Fact]
    public void Words_of_strangers_are_logged_in_one_short_line_of_visible_text()
    {
        string manifest = "\u001b[31m\n\u202e" + new string('x', 5000);
        _refused.Add(new RefusedRead(RefusedReadReason.Serializer, 1, manifest, "a\r\nb"), "10.0.0.9:1");

        string line = Assert.Single(_lines.Written);
        Assert.All(line.EnumerateRunes(), rune => Assert.True(VisibleText.IsVisible(rune)));
        Assert.True(line.Length < 400);
    }

    private double? Counted(RefusedReadReason reason) =>
        _meters.Counted($"{RefusedReads.MetricName} reason={reason.ToString().ToLowerInvariant()}");

    private sealed class Lines : ILogger<RefusedReads>
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
