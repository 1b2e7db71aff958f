using System.Diagnostics.Metrics;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Logging.Abstractions;
using RendezvousCluster.Core;
using RendezvousCluster.Protocol;
using RendezvousCluster.Registry.Sharding;
using RendezvousCluster.Testing;

namespace RendezvousCluster.Registry.Tests;

/// <summary>What is counted of questions that are asked again; how they are asked is seen in <see cref="ShardedRegistryTests"/>.</summary>
public sealed class EntityAskerTests : TestKit
{
    private readonly TestProbe _region;
    private readonly MeterListener _listener = new();
    private long _toldTo;
    private long _unanswered;

    public EntityAskerTests()
        : base("akka.loglevel = OFF")
    {
        _region = CreateTestProbe();
        _listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Name == RegistryMetrics.RetriesName)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        _listener.SetMeasurementEventCallback<long>((_, count, tags, _) =>
            Interlocked.Add(ref tags[0].Value is "told_to" ? ref _toldTo : ref _unanswered, count));
        _listener.Start();
    }

    // Other tests may count as well, so these are lower bounds.
    [Fact]
    public async Task A_question_answered_with_ask_again_is_counted_as_such()
    {
        // On a loaded machine an answer comes late for a short try.
        Task<(UnregisterReply? Reply, string WhyNot)> asked = AskAsync(TestTimeouts.Default);

        await _region.ExpectMsgAsync<string>(TestTimeouts.Default);
        _region.Reply(RetryLater.Instance);
        await _region.ExpectMsgAsync<string>(TestTimeouts.Default);

        Assert.InRange(Interlocked.Read(ref _toldTo), 1, long.MaxValue);
        _region.Reply(new UnregisterReply(RendezvousStatus.Ok));
        await asked.Within();
    }

    [Fact]
    public async Task A_question_that_nobody_answered_is_counted_as_such()
    {
        Task<(UnregisterReply? Reply, string WhyNot)> asked = AskAsync(TimeSpan.FromMilliseconds(20));

        await _region.ExpectMsgAsync<string>(TestTimeouts.Default);
        await _region.ExpectMsgAsync<string>(TestTimeouts.Default);

        Assert.InRange(Interlocked.Read(ref _unanswered), 1, long.MaxValue);
        await asked.Within();
    }

    private Task<(UnregisterReply? Reply, string WhyNot)> AskAsync(TimeSpan tryTimeout) =>
        new EntityAsker(() => _region.Ref, TimeProvider.System, NullLogger.Instance, tryTimeout)
            .AskAsync<UnregisterReply>("question", DateTimeOffset.MaxValue, CancellationToken.None).AsTask();

    protected override void AfterAll()
    {
        base.AfterAll();
        _listener.Dispose();
    }
}
