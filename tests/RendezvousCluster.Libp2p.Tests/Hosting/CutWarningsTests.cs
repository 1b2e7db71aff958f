using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Libp2p.Hosting;
using RendezvousCluster.Libp2p.Identity;
using RendezvousCluster.Libp2p.Limits;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Libp2p.Multiformats;
using RendezvousCluster.Libp2p.Muxing;

namespace RendezvousCluster.Libp2p.Tests.Hosting;

public sealed class CutWarningsTests
{
    private static readonly PeerId Peer = KeyPair.GenerateEd25519().PeerId;
    private static readonly Multiaddr Address = Multiaddr.Parse("/ip4/203.0.113.7/tcp/4001");

    private readonly FakeTimeProvider _time = new();
    private readonly ListLogger _log = new();
    private readonly CutWarnings _warnings;

    public CutWarningsTests() => _warnings = new CutWarnings(new Libp2pLimits(), _time, _log);

    [Fact]
    public void The_first_connection_ended_is_reported_at_once_with_setting_value_peer_and_address()
    {
        _warnings.Ended(ConnectionEndReason.HeldBytesExceeded, Peer, Address);

        (LogLevel level, string message) = Assert.Single(_log.Lines);
        Assert.Equal(LogLevel.Warning, level);
        Assert.Contains($"MaxHeldBytes = {new Libp2pLimits().MaxHeldBytes}", message);
        Assert.Contains(Peer.ToString(), message);
        Assert.Contains(Address.ToString(), message);
    }

    [Fact]
    public void A_bound_that_ends_many_connections_is_reported_once_a_minute_with_their_number()
    {
        for (int index = 0; index < 10; index++)
        {
            _warnings.Ended(ConnectionEndReason.UnreadBytesExceeded, Peer, Address);
            _time.Advance(TimeSpan.FromSeconds(5));
        }

        Assert.Single(_log.Lines);
        _time.Advance(LogThrottle.Interval);

        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains("MaxReceiveBytesPerConnection = ", _log.Lines[1].Message);
        Assert.Contains(" 9 since the last line of it", _log.Lines[1].Message);
    }

    [Fact]
    public void Each_bound_has_a_line_of_its_own()
    {
        _warnings.Ended(ConnectionEndReason.UnreadBytesExceeded, Peer, Address);
        _warnings.EndedPending(ConnectionSource.Of(System.Net.IPAddress.Parse("192.0.2.9")));

        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains("MaxHeldBytes", _log.Lines[1].Message);
        Assert.Contains("at 192.0.2.9", _log.Lines[1].Message);
    }

    [Fact]
    public void Connections_that_end_for_other_reasons_make_no_warning()
    {
        foreach (ConnectionEndReason reason in Enum.GetValues<ConnectionEndReason>())
        {
            if (reason is not (ConnectionEndReason.UnreadBytesExceeded or ConnectionEndReason.HeldBytesExceeded))
            {
                _warnings.Ended(reason, Peer, Address);
            }
        }

        Assert.Empty(_log.Lines);
    }

    private sealed class ListLogger : ILogger
    {
        public List<(LogLevel Level, string Message)> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Add((logLevel, formatter(state, exception)));
    }
}
