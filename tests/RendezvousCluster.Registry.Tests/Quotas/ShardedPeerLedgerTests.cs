using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RendezvousCluster.Core.Quotas;
using RendezvousCluster.Libp2p.Logging;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Quotas;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;
using RendezvousCluster.Testing.Registry;

namespace RendezvousCluster.Registry.Tests.Quotas;

/// <summary>The ledger as a node asks it, with the test in the place of the shard region.</summary>
public sealed class ShardedPeerLedgerTests : TestKit
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly TestProbe _region;
    private readonly WarningCounter _log = new();

    public ShardedPeerLedgerTests()
        : base("akka.loglevel = OFF") => _region = CreateTestProbe();

    [Fact]
    public async Task The_answer_of_the_part_is_the_answer()
    {
        ShardedPeerLedger ledger = Create(TestTimeouts.Default);
        Task<Reservation?> reservation = ReserveAsync(ledger);

        await _region.ExpectMsgAsync<LedgerReserve>(TestTimeouts.Default);
        _region.Reply(RetryLater.Instance);
        await _region.ExpectMsgAsync<LedgerReserve>(TestTimeouts.Default);
        _region.Reply(new LedgerReply(Reservation.KnownForLonger));

        Assert.Equal(Reservation.KnownForLonger, await reservation.Within());
        Assert.Equal(0, _log.Warnings);
    }

    [Fact]
    public async Task Without_an_answer_it_says_so_and_tells_it_once_a_minute()
    {
        long unanswered = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == RegistryMetrics.LedgerUnansweredName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, measurement, _, _) => Interlocked.Add(ref unanswered, measurement));
        listener.Start();
        ShardedPeerLedger ledger = Create(TimeSpan.FromMilliseconds(20));

        Assert.Null(await ReserveAsync(ledger).Within());
        Assert.Null(await ReserveAsync(ledger).Within());
        Assert.Equal(1, _log.Warnings);
        _time.Advance(LogThrottle.Interval);
        Assert.Equal(2, _log.Warnings);
        Assert.Null(await ReserveAsync(ledger).Within());

        Assert.Equal(2, _log.Warnings);
        Assert.True(Interlocked.Read(ref unanswered) >= 3); // other tests may count too
    }

    [Fact]
    public async Task A_caller_waits_a_second_for_the_ledger_and_no_longer()
    {
        ShardedPeerLedger ledger = Create(TestTimeouts.Default);
        Task<Reservation?> reservation = ReserveAsync(ledger);
        await _region.ExpectMsgAsync<LedgerReserve>(TestTimeouts.Default);

        _time.Advance(ShardedPeerLedger.AnswerTimeout + TimeSpan.FromMilliseconds(1));
        _region.Reply(RetryLater.Instance);

        Assert.Null(await reservation.Within());
        Assert.False(_region.HasMessages);
    }

    [Fact]
    public async Task Notes_go_to_the_region_and_before_the_start_nowhere()
    {
        var message = LedgerRelease.For(TestPeers.Id(1), RendezvousNamespace.Parse("a"), _time.GetUtcNow());
        new ShardedPeerLedger(NewAsker(TestTimeouts.Default), () => null, _time, NullLogger.Instance).Tell(message);
        Create(TestTimeouts.Default).Tell(message);

        Assert.Same(message, await _region.ExpectMsgAsync<LedgerRelease>(TestTimeouts.Default));
        Assert.False(_region.HasMessages);
    }

    private EntityAsker NewAsker(TimeSpan tryTimeout) => new(() => _region.Ref, _time, NullLogger.Instance, tryTimeout);

    private ShardedPeerLedger Create(TimeSpan tryTimeout) => new(NewAsker(tryTimeout), () => _region.Ref, _time, _log);

    private Task<Reservation?> ReserveAsync(ShardedPeerLedger ledger) => ledger.ReserveAsync(
        new LedgerReserve(PeerDigest.Of(TestPeers.Id(1)), RendezvousNamespace.Parse("a"), 60, _time.GetUtcNow().AddSeconds(5)),
        CancellationToken.None).AsTask();

    private sealed class WarningCounter : ILogger
    {
        public int Warnings { get; private set; }

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Warnings += logLevel == LogLevel.Warning ? 1 : 0;
    }
}
