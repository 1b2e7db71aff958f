using System.Net;
using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Registry.Certificates;
using RendezvousCluster.Registry.Links;
using RendezvousCluster.Testing.Logs;
using RendezvousCluster.Testing.Metrics;

namespace RendezvousCluster.Registry.Tests.Links;

public sealed class StrangersTests : IDisposable
{
    private static readonly IPAddress Somebody = IPAddress.Parse("203.0.113.9");

    private readonly FakeTimeProvider _time = new();
    private readonly TestMeters _meters = new();
    private readonly LogLines<Strangers> _log = new();
    private readonly Strangers _strangers;

    public StrangersTests() => _strangers = new Strangers(_meters, _time, _log);

    public void Dispose()
    {
        _meters.Dispose();
    }

    [Fact]
    public void Every_reason_has_its_series_from_the_beginning()
    {
        string[] names = [.. Enum.GetValues<StrangerKind>().Select(Strangers.NameOf)];
        Assert.Equal(names.Length, names.Distinct().Count());
        Assert.All(names, name => Assert.Equal(0, _meters.Counted($"rendezvous.cluster.strangers reason={name}")));
    }

    [Fact]
    public void The_first_stranger_is_reported_at_once_and_thousands_more_in_one_line_a_minute()
    {
        _strangers.TurnedAway(StrangerKind.NoTls, Somebody);
        Assert.Equal(
            ["1 connections to the port between nodes were turned away (1 no_tls); the last one from 203.0.113.9: it does not speak TLS"],
            _log.Lines);

        for (int visit = 0; visit < 5_000; visit++)
        {
            _strangers.TurnedAway(visit % 5 == 0 ? StrangerKind.Silent : StrangerKind.NoCertificate, IPAddress.IPv6Loopback);
        }

        _time.Advance(LogThrottle.Interval - TimeSpan.FromMilliseconds(1));
        Assert.Single(_log.Lines);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(
            "5000 connections to the port between nodes were turned away (4000 no_certificate, 1000 silent); the last one from [::1]: it "
            + "showed no certificate",
            _log.Lines[^1]);
        Assert.Equal(2, _log.Lines.Count);
        Assert.Equal(4000, _meters.Counted("rendezvous.cluster.strangers reason=no_certificate"));
    }

    [Fact]
    public void At_the_worst_there_is_one_line_a_minute_and_quiet_ends_it()
    {
        for (int second = 0; second < 600; second++)
        {
            _strangers.TurnedAway(StrangerKind.NoTls, Somebody);
            _time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(_log.Lines.Count, 10, 11);
        _time.Advance(2 * LogThrottle.Interval);
        int said = _log.Lines.Count;
        _time.Advance(100 * LogThrottle.Interval);
        Assert.Equal(said, _log.Lines.Count);

        _strangers.TurnedAway(StrangerKind.NoTls, Somebody);
        Assert.Equal(said + 1, _log.Lines.Count);
    }

    [Fact]
    public void A_stranger_that_only_hangs_up_is_counted_and_not_logged()
    {
        _strangers.TurnedAway(StrangerKind.HungUp, Somebody);
        _time.Advance(2 * LogThrottle.Interval);

        Assert.Empty(_log.Lines);
        Assert.Equal(1, _meters.Counted("rendezvous.cluster.strangers reason=hung_up"));
    }

    [Fact]
    public void The_text_of_a_certificate_is_made_harmless()
    {
        _strangers.TurnedAway(StrangerKind.OtherAuthority, Somebody, "CN=\u001b]0;owned\u0007" + new string('\n', 2_000));

        string line = Assert.Single(_log.Lines);
        Assert.Contains("its certificate 'CN=\\u001b]0;owned\\u0007\\u000a", line, StringComparison.Ordinal);
        Assert.EndsWith("…' is of another authority", line, StringComparison.Ordinal);
        Assert.DoesNotContain(line, character => char.IsControl(character));
        Assert.InRange(line.Length, 1, 300);
    }

    [Fact]
    public void A_dialled_stranger_is_logged_once_a_minute_and_forgotten_when_a_node_answers()
    {
        var node = new Address("akka.ssl.tcp", "rendezvous", "node-2.example", 4053);
        _strangers.Dialled(node, "it does not speak TLS");
        _strangers.Dialled(node, "it does not speak TLS");
        Assert.Equal(
            ["A node was dialled that did not prove to be of the cluster: node-2.example:4053: it does not speak TLS"], _log.Lines);
        Assert.Equal("node-2.example:4053: it does not speak TLS", _strangers.LastDialled);

        _time.Advance(LogThrottle.Interval);
        _strangers.Dialled(node, "it does not speak TLS");
        Assert.Equal(2, _log.Lines.Count);

        _strangers.DialledNode();
        Assert.Null(_strangers.LastDialled);
    }
}
