using System.Net;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Libp2p.Tests.Limits;

public sealed class LimitWarningsTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly RecordingLogger _logger = new();
    private readonly LimitWarnings _warnings;

    public LimitWarningsTests() => _warnings = new LimitWarnings(new Libp2pLimits(), _time, _logger);

    public void Dispose() => _logger.Dispose();

    [Fact]
    public void The_first_refusal_is_reported_at_once_with_setting_value_and_source()
    {
        _warnings.Refused(ConnectionLimit.ConnectionsPerIp, From("203.0.113.7"));

        (LogLevel Level, string Message) line = Assert.Single(_logger.Lines);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("MaxConnectionsPerIp = 64", line.Message);
        Assert.Contains("203.0.113.7", line.Message);
    }

    [Fact]
    public void Further_refusals_are_logged_once_a_minute_with_their_number_and_the_worst_source()
    {
        _warnings.Refused(ConnectionLimit.PendingHandshakesPerSubnet, From("203.0.113.7"));
        for (int i = 0; i < 9; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _warnings.Refused(ConnectionLimit.PendingHandshakesPerSubnet, From($"198.51.100.{i}"));
        }

        _warnings.Refused(ConnectionLimit.PendingHandshakesPerSubnet, From("203.0.113.7"));
        Assert.Single(_logger.Lines);

        _time.Advance(LogThrottle.Interval);

        Assert.Equal(2, _logger.Lines.Count);
        Assert.Contains("10 since the last line of it, 9 of them from 198.51.100.0/24", _logger.Lines[^1].Message);
    }

    [Fact]
    public void A_limit_that_bites_no_more_is_silent_and_the_next_time_is_reported_at_once()
    {
        _warnings.Refused(ConnectionLimit.Connections, From("203.0.113.7"));
        _time.Advance(LogThrottle.Interval * 3);
        Assert.Single(_logger.Lines);

        _warnings.Refused(ConnectionLimit.Connections, From("203.0.113.7"));

        Assert.Equal(2, _logger.Lines.Count);
    }

    [Fact]
    public void Every_limit_has_its_own_line()
    {
        foreach (ConnectionLimit limit in Enum.GetValues<ConnectionLimit>().Where(limit => limit != ConnectionLimit.None))
        {
            _warnings.Refused(limit, From("203.0.113.7"));
            Assert.Contains(limit.Setting(), _logger.Lines[^1].Message);
            Assert.NotNull(typeof(Libp2pLimits).GetProperty(limit.Setting()));
        }
    }

    [Fact]
    public void An_attack_from_everywhere_is_counted_in_fixed_memory()
    {
        var tally = new RefusalTally();
        for (int i = 0; i < 100_000; i++)
        {
            tally.Add($"source {i}");
        }

        tally.Add("source 7");

        Assert.Equal(100_001, tally.Count);
        Assert.Equal(("source 7", 2), tally.MostFrequentSource);
    }

    private static ConnectionSource From(string address) => ConnectionSource.Of(IPAddress.Parse(address));
}
